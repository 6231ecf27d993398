# /// snippet
# title = "See until when each certificate is good, and who issued it"
# host = "workstation"
# risk = "read-only"
# control = "certificate-expiring"
# timeout = 20
#
# [[expect]]
# matches = "^== @{{ akira.addresses.management }}@\nissuer=.*\nserial=[0-9A-F]+\nnotAfter=.*\nCertificate will not expire$"
#
# [[expect]]
# matches = "^== @{{ akira.addresses.grafana }}@\nissuer=.*\nserial=[0-9A-F]+\nnotAfter=.*\nCertificate will not expire$"
#
# [[expect]]
# matches = "^== @{{ akira.addresses.vault }}@\nissuer=.*\nserial=[0-9A-F]+\nnotAfter=.*\nCertificate will not expire$"
# ///
for name in @{{ akira.addresses.management }}@ @{{ akira.addresses.grafana }}@ @{{ akira.addresses.vault }}@; do
  echo "== $name"
  openssl s_client -connect "$name:443" -servername "$name" </dev/null 2>/dev/null |
    openssl x509 -noout -issuer -serial -enddate -checkend "$((@{{ akira.thresholds.certificate_days }}@ * 86400))"
done
