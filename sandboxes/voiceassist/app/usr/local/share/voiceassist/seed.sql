-- Lays out users, sessions, conversations and an audit trail relative to now. Every user's password is "correct horse".
BEGIN;
INSERT INTO users (email, display_name, password_hash, created_at)
SELECT name || '@users.voiceassist.example', initcap(name), crypt('correct horse', gen_salt('bf', 4)), now() - n * interval '17 days'
FROM unnest(ARRAY['amara', 'bruno', 'chidi', 'dalia', 'emil', 'farah', 'goran', 'hana', 'ivo', 'jun', 'kaya', 'lior']) WITH ORDINALITY AS u (name, n);

-- Twelve sessions a user over three days, the newest a few minutes old.
INSERT INTO user_sessions (user_id, client_address, user_agent, created_at, expires_at)
SELECT u.id, ('198.51.100.' || (u.id * 7 + s) % 250)::inet, 'VoiceAssist/3.' || s % 4 || ' (phone)', at, at + interval '1 day'
FROM users u, generate_series(0, 11) s, LATERAL (SELECT now() - s * interval '6 hours' - u.id * interval '4 minutes' AS at) t;

INSERT INTO conversations (user_id, title, created_at)
SELECT u.id, (ARRAY['Book a table', 'Play some music', 'Set an alarm', 'Weather for the weekend'])[c], now() - u.id * interval '2 hours' - c * interval '9 hours'
FROM users u, generate_series(1, 4) c;

INSERT INTO messages (conversation_id, role, content, created_at)
SELECT c.id, CASE m % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, c.title || ', part ' || m, c.created_at + m * interval '8 seconds'
FROM conversations c, generate_series(1, 10) m;

INSERT INTO audit_log (user_id, event, client_address, created_at)
SELECT user_id, 'login', client_address, created_at FROM user_sessions ORDER BY created_at;
-- An address that guesses, within the last hour.
INSERT INTO audit_log (event, client_address, created_at)
SELECT 'login refused', '203.0.113.9', now() - n * interval '3 minutes' FROM generate_series(1, 15) n;
COMMIT;
ANALYZE users, user_sessions, conversations, messages, audit_log;
