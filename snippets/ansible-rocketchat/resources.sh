# /// snippet
# title = "See whether a host of the service runs out of CPU, memory or disk"
# host = "control"
# risk = "read-only"
# control = "api-stopped"
# timeout = 30
#
# [[expect]]
# contains = "load average:"
#
# [[expect]]
# columns = ["total", "used", "free", "available"]
#
# [[expect]]
# number = { pattern = "([0-9]+)% /$", max = 100 }
#
# [[expect]]
# matches = "^ +[0-9]+ +[0-9.]+ +[0-9.]+ +[0-9]+ +[0-9:-]+ /usr/bin/python3 /opt/api/current/server.py 1$"
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'uptime'
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'free -m'
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'df -h /'
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'ps -C python3 -o pid,pcpu,pmem,rss,etime,args --sort -pcpu'
