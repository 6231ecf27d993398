# /// snippet
# title = "See who is logged in on a host, and from where"
# host = "control"
# risk = "read-only"
# control = "api-ssh-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^root .* sshd-session: root@notty$"
#
# [[expect]]
# matches = "^ESTAB .*:ssh .*users:.*sshd-session"
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'ps -eo user,lstart,args' | grep 'sshd-session: [^ ]*@'
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'ss --tcp --processes "( sport = :ssh )"'
