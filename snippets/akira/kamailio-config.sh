# /// snippet
# title = "Let Kamailio check its configuration, without touching the one that runs"
# host = "workstation"
# risk = "read-only"
# control = "kamailio-misconfigured"
# timeout = 20
#
# [[expect]]
# of = "both"
# contains = "config file ok, exiting"
# ///
ssh -n root@@{{ akira.hosts.sip.name }}@ 'kamailio -c -f /etc/kamailio/kamailio.cfg'
