# /// snippet
# title = "Take the new certificate away, and put the old one back"
# host = "workstation"
# risk = "changes"
# changes = ["certificates", "mgmt-starts"]
# undo = { none = "It is itself the undo of a renewal; renew again if you must." }
# timeout = 60
#
# [inputs.SUBDOMAIN]
# meaning = "the name's first word: mgmt, grafana or vault"
# sandbox = "mgmt"
#
# [[expect]]
# matches = "^@{{ akira.addresses.management }}@ after: serial=[0-9A-F]+$"
# ///
ssh root@@{{ akira.hosts.mgmt.name }}@ "bash -s -- '${SUBDOMAIN:?set it first}'" <<'END'
set -euo pipefail
cd /var/lib/caddy/set-aside
name=$(ls -d -- "$1".*)
issuer=$(ls -d -- /var/lib/caddy/.local/share/caddy/certificates/*)
rm -rf -- "${issuer:?}/${name:?}"
mv -T -- "$name" "$issuer/$name"
rmdir --ignore-fail-on-non-empty /var/lib/caddy/set-aside
systemctl restart caddy
for _ in {1..30}; do
  if shown=$(openssl s_client -connect localhost:443 -servername "$name" </dev/null 2>/dev/null | openssl x509 -noout -serial); then
    echo "$name after: $shown"
    exit
  fi
  sleep 1
done
echo "Caddy serves no certificate after 30 seconds: read its log." >&2
exit 1
END
