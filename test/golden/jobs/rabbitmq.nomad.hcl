job "rabbitmq" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "2m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "rabbitmq" {
    network {
      port "amqp" {}
      port "distribution" {}
      port "epmd" {}
    }

    ephemeral_disk {
      sticky  = true
      migrate = true
      size    = 500
    }

    service {
      name     = "rabbitmq"
      provider = "consul"
      port     = "amqp"

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
      mode     = "fail"
    }

    reschedule {
      delay          = "5s"
      delay_function = "constant"
      unlimited      = true
    }

    # Erlang starts this by itself and leaves it behind. As a task it is this broker's own, and ends with it.
    task "epmd" {
      driver = "raw_exec"

      lifecycle {
        hook    = "prestart"
        sidecar = true
      }

      config {
        command = "epmd"
        args    = ["-port", "${NOMAD_PORT_epmd}", "-address", "127.0.0.1"]
      }

      resources {
        cpu    = 20
        memory = 16
      }
    }

    task "rabbitmq" {
      driver = "raw_exec"

      kill_timeout = "20s"

      config {
        command = "/bin/sh"
        args    = ["${NOMAD_TASK_DIR}/start.sh"]
      }

      env {
        RABBITMQ_USER            = "shop"
        ERL_EPMD_PORT            = "${NOMAD_PORT_epmd}"
        ERL_EPMD_ADDRESS         = "127.0.0.1"
        RABBITMQ_NODENAME        = "rabbit@localhost"
        RABBITMQ_NODE_IP_ADDRESS = "${NOMAD_IP_amqp}"
        RABBITMQ_NODE_PORT       = "${NOMAD_PORT_amqp}"
        RABBITMQ_DIST_PORT       = "${NOMAD_PORT_distribution}"
        RABBITMQ_LOGS            = "-"
      }

      # What Nomad's variable nomad/jobs/rabbitmq says (key password); without, the task makes one of its own.
      template {
        destination = "secrets/given-password"
        data        = "{{ if nomadVarExists `nomad/jobs/rabbitmq` }}{{ with nomadVar `nomad/jobs/rabbitmq` }}{{ with .password }}{{ . }}{{ end }}{{ end }}{{ end }}"
        change_mode = "noop"
      }

      # Debian's starter on the PATH wants to become another user; the program behind it does not.
      template {
        destination = "local/start.sh"
        change_mode = "noop"
        data        = <<-SCRIPT
          set -e
          umask 077
          data=$NOMAD_ALLOC_DIR/data/rabbitmq
          mkdir -p "$data"
          # The allocation before had the same data, and so the same password.
          test -s "$data/password" || { test -s "$NOMAD_SECRETS_DIR/given-password" && cat "$NOMAD_SECRETS_DIR/given-password" || head -c 18 /dev/urandom | base64; } > "$data/password"
          cp "$data/password" "$NOMAD_SECRETS_DIR/password"
          {
            echo "default_user = $RABBITMQ_USER"
            echo "default_pass = $(cat "$data/password")"
            echo "vm_memory_high_watermark.absolute = $((NOMAD_MEMORY_LIMIT * 6 / 10))MiB"
            echo "disk_free_limit.absolute = 50MB"
          } > "$NOMAD_SECRETS_DIR/rabbitmq.conf"
          : > "$NOMAD_TASK_DIR/plugins"
          export HOME=$data RABBITMQ_MNESIA_BASE=$data RABBITMQ_LOG_BASE=$data
          export RABBITMQ_CONFIG_FILE=$NOMAD_SECRETS_DIR/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=$NOMAD_TASK_DIR/plugins
          export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none +S 2:2"
          test -x /usr/lib/rabbitmq/bin/rabbitmq-server && exec /usr/lib/rabbitmq/bin/rabbitmq-server
          exec rabbitmq-server
        SCRIPT
      }

      resources {
        cpu    = 300
        memory = 512
      }
    }
  }
}
