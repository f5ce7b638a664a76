# https://developer.hashicorp.com/consul/docs/reference/agent/configuration-file
locals {
  consul_common = {
    node_name      = var.name
    datacenter     = var.datacenter
    data_dir       = "/opt/consul"
    bind_addr      = var.private_ip
    advertise_addr = var.private_ip
    # Who may come from outside is the firewall's matter.
    client_addr = "0.0.0.0"
    retry_join  = [for address in var.consul_servers : address if address != var.private_ip]
    # All hosts boot at once: who is early would wait half a minute for its next try.
    retry_interval = "2s"
    # An agent whose servers were all replaced finds the new ones in what it remembers of the members.
    rejoin_after_leave = true
    # The end by systemd is SIGTERM: nobody leaves because of a reboot. SIGINT is for those who go for good (nomadctl's retirement).
    leave_on_terminate      = false
    skip_leave_on_interrupt = false
    # Hosts that were made from one image may share what the id is derived from.
    disable_host_node_id = true
    disable_update_check = true
    ports                = { grpc = 8502 }
    connect              = { enabled = true }
    node_meta            = { zone = var.zone, role = var.role }
    # 1 is what Consul's guide wants in production.
    performance = { raft_multiplier = 1 }
    telemetry   = { prometheus_retention_time = "1h" }
  }

  consul_server = {
    server           = true
    bootstrap_expect = length(var.consul_servers)
    ui_config        = { enabled = true }
  }

  consul_config = var.role == "consul-server" ? jsonencode(merge(local.consul_common, local.consul_server)) : jsonencode(local.consul_common)
}
