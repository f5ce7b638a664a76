job "dnsmasq" {
  type        = "system"
  datacenters = ["*"]

  update {
    max_parallel     = 1
    min_healthy_time = "1s"
    healthy_deadline = "1m"
  }

  group "dnsmasq" {
    network {
      port "dns" {}
    }

    service {
      name     = "dnsmasq"
      provider = "consul"
      port     = "dns"

      check {
        name     = "accepts connections"
        type     = "tcp"
        interval = "1s"
        timeout  = "5s"
      }
    }

    restart {
      attempts = 3
      interval = "1m"
      delay    = "1s"
      mode     = "delay"
    }

    task "dnsmasq" {
      driver = "raw_exec"

      # Debian has it where an ordinary user's PATH does not lead.
      config {
        command = "/bin/sh"
        args = [
          "-c", "PATH=$PATH:/usr/sbin:/usr/local/sbin exec \"$0\" \"$@\"", "dnsmasq",
          "--keep-in-foreground",
          "--conf-file=/dev/null",
          "--pid-file=",
          "--log-facility=-",
          "--no-hosts",
          "--no-resolv",
          "--bind-interfaces",
          "--listen-address=${NOMAD_IP_dns}",
          "--port=${NOMAD_PORT_dns}",
          "--cache-size=150",
          "--server=/consul/${meta.address}#8600",
          "--server=9.9.9.9",
          "--server=149.112.112.112",
        ]
      }

      resources {
        cpu    = 50
        memory = 16
      }
    }
  }
}
