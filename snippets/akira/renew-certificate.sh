# /// snippet
# title = "Put one certificate aside, and let Caddy get a new one"
# host = "workstation"
# risk = "changes"
# changes = ["certificates", "mgmt-starts"]
# undo = "akira/restore-certificate"
# timeout = 60
#
# [inputs.SUBDOMAIN]
# meaning = "the name's first word: mgmt, grafana or vault"
# sandbox = "mgmt"
#
# [[expect]]
# matches = "^@{{ akira.addresses.management }}@ before: serial=[0-9A-F]+$"
#
# [[expect]]
# matches = "^@{{ akira.addresses.management }}@ after: serial=[0-9A-F]+$"
# ///
ssh root@@{{ akira.hosts.mgmt.name }}@ "bash -s -- '${SUBDOMAIN:?set it first}'" <<'END'
set -euo pipefail
cd /var/lib/caddy/.local/share/caddy/certificates
folder=$(ls -d -- */"$1".*)
name=${folder##*/}
show() {
  openssl s_client -connect localhost:443 -servername "$name" </dev/null 2>/dev/null | openssl x509 -noout -serial
}
echo "$name before: $(show)"
mkdir -p /var/lib/caddy/set-aside
mv -T -- "$folder" "/var/lib/caddy/set-aside/$name"
systemctl restart caddy
for _ in {1..30}; do
  if [ -s "$folder/$name.crt" ]; then
    echo "$name after: $(show)"
    exit
  fi
  sleep 1
done
echo "No new certificate came within 30 seconds: read Caddy's log, or put the old one back." >&2
exit 1
END
