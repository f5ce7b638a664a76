#!/bin/bash
# First boot of nomad-server-2, by nomadctl. May be run again.
set -euo pipefail
umask 027
trap 'echo "nomadctl: first boot of nomad-server-2 failed in line $LINENO"' ERR

# A file beside its folder's others: readable by whoever may read the folder.
put() {
  cat > "$1.new"
  chgrp --reference="$(dirname "$1")" "$1.new"
  chmod 0640 "$1.new"
  mv "$1.new" "$1"
}

hostnamectl set-hostname 'nomad-server-2' || echo "nomadctl: the hostname stays $(uname -n)"

# Operators come in with their keys, and nobody with a password.
install -d -m 0700 /root/.ssh
touch /root/.ssh/authorized_keys
chmod 0600 /root/.ssh/authorized_keys
while read -r key; do
  grep -qxF -- "$key" /root/.ssh/authorized_keys || echo "$key" >> /root/.ssh/authorized_keys
done << 'NOMADCTL_END'
ssh-ed25519 AAAAone nomadctl-prod
ssh-ed25519 AAAAtwo ann@desk
NOMADCTL_END
# UCloud wants a password of root's. Nobody has it from here on, sshd's settings or not; one that locks the account would
# keep keys out as well, where sshd does not ask PAM.
usermod -p '*' root
ssh-keygen -A
install -d -m 0755 /etc/ssh/sshd_config.d
cat > /etc/ssh/sshd_config.d/00-nomadctl.conf << 'NOMADCTL_END'
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
NOMADCTL_END
chmod 0644 /etc/ssh/sshd_config.d/00-nomadctl.conf
# Before 8.2 sshd does not look there, nor where somebody wrote its settings anew. What comes first holds.
case "$(sshd -T)" in
  *passwordauthentication\ no*) ;;
  *)
    cat /etc/ssh/sshd_config.d/00-nomadctl.conf /etc/ssh/sshd_config > /etc/ssh/sshd_config.new
    cat /etc/ssh/sshd_config.new > /etc/ssh/sshd_config
    rm /etc/ssh/sshd_config.new
    ;;
esac
# Where SELinux rules, sshd may read keys by their label only.
if command -v restorecon > /dev/null; then restorecon -R /root/.ssh || true; fi
sshd=$(systemctl list-unit-files --no-legend ssh.service sshd.service | awk 'NR == 1 { print $1 }')
systemctl reload-or-restart "$sshd"

# Who of the private networks reaches this host. Again at every boot, before the agents; containers come in by other cards.
install -d -m 0755 /usr/local/lib/nomadctl
cat > /usr/local/lib/nomadctl/guard-ports << 'NOMADCTL_END'
#!/bin/sh
set -e
card=$(ip -4 route show default | sed -n '1s/.*dev \([^ ]*\).*/\1/p')
iptables-restore --noflush << END
*filter
:NOMADCTL - [0:0]
-A NOMADCTL -i lo -j RETURN
-A NOMADCTL ! -i ${card:-+} -j RETURN
-A NOMADCTL -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
-A NOMADCTL -s 10.80.0.0/24 -j RETURN
-A NOMADCTL -s 10.81.0.0/24 -j RETURN
-A NOMADCTL -p tcp -m multiport --dports 8300,8301:8302,8502:8503,8600,4647,4648 -j DROP
-A NOMADCTL -p udp -m multiport --dports 8301:8302,8600,4648 -j DROP
-A NOMADCTL -s 10.9.0.0/16 -j RETURN
-A NOMADCTL -s 10.0.0.0/8 -p tcp -m multiport --dports 22,8500:8501,4646 -j DROP
-A NOMADCTL -s 172.16.0.0/12 -p tcp -m multiport --dports 22,8500:8501,4646 -j DROP
-A NOMADCTL -s 192.168.0.0/16 -p tcp -m multiport --dports 22,8500:8501,4646 -j DROP
COMMIT
END
iptables -C INPUT -j NOMADCTL 2> /dev/null || iptables -I INPUT -j NOMADCTL
NOMADCTL_END
chmod 0755 /usr/local/lib/nomadctl/guard-ports
cat > /etc/systemd/system/nomadctl-guard.service << 'NOMADCTL_END'
[Unit]
Description=Who reaches the agents of this host
Wants=network-online.target
After=network-online.target
Before=consul.service nomad.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/nomadctl/guard-ports

[Install]
WantedBy=multi-user.target
NOMADCTL_END
if command -v iptables-restore > /dev/null; then
  systemctl daemon-reload
  systemctl enable nomadctl-guard
  systemctl restart nomadctl-guard
else
  echo "nomadctl: no iptables on this image: all that the private networks hold reaches this host"
fi

# Names below .consul, for this host and its containers. Again at every boot, and whenever DHCP names other resolvers.
cat > /usr/local/lib/nomadctl/resolve-names << 'NOMADCTL_END'
#!/bin/bash
set -euo pipefail
own=10.80.0.15
for chain in OUTPUT PREROUTING; do
  for protocol in udp tcp; do
    rule=("$chain" -d "$own" -p "$protocol" --dport 53 -j REDIRECT --to-ports 8600)
    iptables -t nat -C "${rule[@]}" 2> /dev/null || iptables -t nat -A "${rule[@]}"
  done
done
given=/run/systemd/resolve/resolv.conf
[ -s "$given" ] || given=/etc/resolv.conf
text=$(grep -vxF "nameserver $own" "$given" || true)
others=$(sed -n 's/^ *nameserver[[:space:]]\+\([^[:space:]]*\).*/"\1"/p' <<< "$text" | paste -s -d , -)
file=/etc/consul.d/recursors.json
if ! grep -qsxF "{\"recursors\": [$others]}" "$file"; then
  echo "{\"recursors\": [$others]}" > "$file.new"
  chgrp --reference=/etc/consul.d "$file.new"
  chmod 0640 "$file.new"
  mv "$file.new" "$file"
  # Not waited for: this is to be done before Consul does anything.
  systemctl -q is-active consul && systemctl --no-block reload consul || true
fi
wanted=$(printf 'nameserver %s\n%s\n' "$own" "$text")
if [ "$(cat /etc/resolv.conf 2> /dev/null)" != "$wanted" ]; then
  # A link leads to what somebody else writes.
  [ ! -L /etc/resolv.conf ] || rm /etc/resolv.conf
  echo "$wanted" > /etc/resolv.conf
fi
NOMADCTL_END
chmod 0755 /usr/local/lib/nomadctl/resolve-names
cat > /etc/systemd/system/nomadctl-names.service << 'NOMADCTL_END'
[Unit]
Description=Names below .consul
Wants=network-online.target
After=network-online.target
Before=consul.service
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/usr/local/lib/nomadctl/resolve-names

[Install]
WantedBy=multi-user.target
NOMADCTL_END
cat > /etc/systemd/system/nomadctl-names.path << 'NOMADCTL_END'
[Path]
PathChanged=/etc/resolv.conf
PathChanged=/run/systemd/resolve/resolv.conf

[Install]
WantedBy=multi-user.target
NOMADCTL_END
if command -v iptables > /dev/null; then
  systemctl daemon-reload
  systemctl enable nomadctl-names.service nomadctl-names.path
  systemctl restart nomadctl-names.service || echo "nomadctl: names below .consul do not resolve on nomad-server-2"
  systemctl restart nomadctl-names.path
fi

# The disk brings its own owner and mode; the folder's are the agent's.
owner=$(stat -c '%u:%g' /opt/nomad)
mode=$(stat -c '%a' /opt/nomad)
/usr/local/lib/nomadctl/prepare-data-disk /dev/vdb /opt/nomad
chown "$owner" /opt/nomad
chmod "$mode" /opt/nomad

# The catalogue tells operators by which key they know this host.
put /etc/consul.d/ssh-host-key.json << NOMADCTL_END
{"node_meta": {"ssh_host_ed25519": "$(cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub)"}}
NOMADCTL_END
# For the chroot of exec tasks: /bin/sleep is /usr/bin/sleep there, too.
install -d /opt/nomad/root-links
for name in bin sbin lib lib64; do
  if [ -L "/$name" ]; then ln -sfn "$(readlink "/$name")" "/opt/nomad/root-links/$name"; fi
done

put /etc/consul.d/consul.json << 'NOMADCTL_END'
{"advertise_addr":"10.80.0.15","bind_addr":"10.80.0.15","client_addr":"0.0.0.0","connect":{"enabled":true},"data_dir":"/opt/consul","datacenter":"dc1","disable_host_node_id":true,"disable_update_check":true,"dns_config":{"enable_truncate":true,"udp_answer_limit":64},"leave_on_terminate":false,"node_meta":{"role":"nomad-server","zone":"cn-bj2-02"},"node_name":"nomad-server-2","performance":{"raft_multiplier":1},"ports":{"grpc":8502},"rejoin_after_leave":true,"retry_interval":"2s","retry_join":["10.80.0.11","10.80.0.12","10.80.0.13"],"server":false,"skip_leave_on_interrupt":false,"telemetry":{"disable_hostname":true,"prometheus_retention_time":"1h"}}
NOMADCTL_END
/usr/local/bin/consul validate /etc/consul.d
put /etc/nomad.d/nomad.json << 'NOMADCTL_END'
{"advertise":{"http":"10.80.0.15","rpc":"10.80.0.15","serf":"10.80.0.15"},"bind_addr":"0.0.0.0","consul":{"address":"127.0.0.1:8500","grpc_address":"127.0.0.1:8502"},"data_dir":"/opt/nomad","datacenter":"dc1","disable_update_check":true,"leave_on_interrupt":false,"leave_on_terminate":true,"name":"nomad-server-2","server":{"bootstrap_expect":3,"enabled":true,"raft_multiplier":1,"server_join":{"retry_interval":"2s","retry_join":["10.80.0.14","10.80.0.16"]}},"telemetry":{"disable_hostname":true,"prometheus_metrics":true,"publish_allocation_metrics":true,"publish_node_metrics":true}}
NOMADCTL_END
/usr/local/bin/nomad config validate /etc/nomad.d

systemctl enable consul
systemctl restart consul
systemctl enable nomad
systemctl restart nomad

# Members keep the name of a host that died without a word for its old address: Consul's for half a minute, Nomad's for a minute
# and a half. Its successor is refused until then, takes itself for joined, and is found in some later round; so it asks again.
until_member() {
  local port=$1 join=$2 server
  shift 2
  for _ in $(seq 150); do
    for server in "$@"; do
      case $(curl -fsS -m 2 "http://$server:$port/v1/agent/members" 2> /dev/null || true) in *'"Addr":"10.80.0.15"'*) return ;; esac
      curl -fsS -m 2 -o /dev/null -X PUT "http://127.0.0.1:$port/v1/agent/$join$server" 2> /dev/null || true
    done
    sleep 1
  done
}
until_member 8500 join/ 10.80.0.11 10.80.0.12 10.80.0.13
until_member 4646 'join?address=' 10.80.0.14 10.80.0.16

# Whoever sets up the rest over SSH waits for this.
install -d -m 0755 /var/lib/nomadctl
touch /var/lib/nomadctl/first-boot-done
echo "nomadctl: nomad-server-2 is set up"
