# shellcheck shell=sh
# Tells whoever logs in that somebody has put the service into maintenance.
case $- in
  *i*) [ ! -e /tmp/maintenance_mode ] || echo "VoiceAssist is in maintenance since $(date -r /tmp/maintenance_mode '+%F %H:%M')." >&2 ;;
esac
