job "postgres" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "2m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "postgres" {
    network {
      port "db" {}
    }

    # What it keeps goes along to the next allocation on the same node, and is copied to another one where Nomad can.
    ephemeral_disk {
      sticky  = true
      migrate = true
      size    = 500
    }

    service {
      name     = "postgres"
      provider = "consul"
      port     = "db"

      check {
        name     = "is ready"
        type     = "script"
        task     = "postgres"
        command  = "/bin/sh"
        args     = ["-c", "PATH=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | tail -n 1):$PATH pg_isready -h $NOMAD_IP_db -p $NOMAD_PORT_db -U $POSTGRES_USER"]
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

    task "postgres" {
      driver = "raw_exec"

      # Ends connections and writes what is open: no recovery at the next start.
      kill_signal  = "SIGINT"
      kill_timeout = "20s"

      config {
        command = "/bin/sh"
        args    = ["${NOMAD_TASK_DIR}/start.sh"]
      }

      env {
        POSTGRES_USER = "shop"
      }

      # What Nomad's variable nomad/jobs/postgres says (key password); without, the task makes one of its own.
      template {
        destination = "secrets/given-password"
        data        = "{{ if nomadVarExists `nomad/jobs/postgres` }}{{ with nomadVar `nomad/jobs/postgres` }}{{ with .password }}{{ . }}{{ end }}{{ end }}{{ end }}"
        change_mode = "noop"
      }

      # PostgreSQL does not run as root, and the folders of a root's client are closed to everybody else: there it runs as
      # nobody, and finds its data under a name that only this task sees.
      template {
        destination = "local/start.sh"
        change_mode = "noop"
        data        = <<-SCRIPT
          set -e
          umask 077
          PATH=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | tail -n 1):$PATH
          cp "$NOMAD_SECRETS_DIR/given-password" "$NOMAD_SECRETS_DIR/password"
          data=$NOMAD_ALLOC_DIR/data/postgres
          mkdir -p "$data"
          # The allocation before had the same data, and so the same password.
          test -s "$data/password" || { test -s "$NOMAD_SECRETS_DIR/password" && cat "$NOMAD_SECRETS_DIR/password" || head -c 18 /dev/urandom | base64; } > "$data/password"
          cp "$data/password" "$NOMAD_SECRETS_DIR/password"
          run='
            cd "$1"
            test -f db/PG_VERSION || initdb -D db -U "$POSTGRES_USER" --pwfile=password -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync >init.log 2>&1 || { cat init.log >&2; exit 1; }
            echo "host all all all scram-sha-256" > hba.conf
            if ! test -f made; then
              echo "create database \"$POSTGRES_USER\"" | postgres --single -j -D db postgres >/dev/null && touch made
            fi
            exec postgres -D db -h "$NOMAD_IP_db" -p "$NOMAD_PORT_db" -c hba_file="$1/hba.conf" -c unix_socket_directories= \
              -c max_connections=50 -c shared_buffers=$((NOMAD_MEMORY_LIMIT / 4))MB
          '
          if test "$(id -u)" = 0; then
            export run data
            exec unshare --mount /bin/sh -ec '
              mount --bind "$data" /mnt
              chown -R 65534:65534 /mnt
              exec setpriv --reuid=65534 --regid=65534 --clear-groups /bin/sh -ec "$run" postgres /mnt
            '
          fi
          exec /bin/sh -ec "$run" postgres "$data"
        SCRIPT
      }

      resources {
        cpu    = 200
        memory = 256
      }
    }
  }
}
