job "nginx" {
  type        = "service"
  datacenters = ["*"]

  meta {
    balances = "hello"
  }

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "nginx" {
    count          = 2
    shutdown_delay = "2s"

    constraint {
      distinct_hosts = true
    }

    network {
      port "http" {
        static = 8081
      }
    }

    # The check asks nginx alone: without a single instance behind it, it is well all the same, and says 503.
    service {
      name     = "nginx"
      provider = "consul"
      port     = "http"
      address  = "${meta.address}"

      check {
        name     = "is well"
        type     = "http"
        path     = "/-/health"
        interval = "1s"
        timeout  = "2s"
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

    # consul-template is the parent: it writes the upstream, has it checked and nginx reloaded, and ends with nginx.
    task "nginx" {
      driver       = "raw_exec"
      kill_signal  = "SIGTERM"
      kill_timeout = "15s"

      # Gives the task a token of its own on a secured cluster: it reads services, and registers nothing.
      consul {}

      config {
        command = "consul-template"
        args    = ["-config", "${NOMAD_TASK_DIR}/consul-template.hcl"]
      }

      # Not NGINX, by which nginx hands sockets on to another one.
      env {
        NGINX_PROGRAM = "nginx"
      }

      template {
        destination = "local/consul-template.hcl"
        change_mode = "noop"
        data        = <<-EOT
          wait {
            min = "2ms"
            max = "150ms"
          }
          consul {
            retry {
              attempts    = 0
              backoff     = "100ms"
              max_backoff = "2s"
            }
          }
          template {
            source      = "{{ env `NOMAD_TASK_DIR` }}/upstream.ctmpl"
            destination = "{{ env `NOMAD_TASK_DIR` }}/upstream.conf"
            exec {
              command = ["/bin/sh", "{{ env `NOMAD_TASK_DIR` }}/reload.sh"]
              timeout = "30s"
            }
          }
          # reload.sh has nginx reload: this signal only has it open its logs anew, which are the task's own.
          exec {
            command       = ["/bin/sh", "{{ env `NOMAD_TASK_DIR` }}/start.sh"]
            reload_signal = "SIGUSR1"
            kill_signal   = "SIGQUIT"
            kill_timeout  = "10s"
          }
        EOT
      }

      # The instances that pass their checks. Without one, a page that says so. What was registered last comes first, and the zone has
      # all workers count together: so the first request after a reload shows that the new instance is well.
      template {
        destination     = "local/upstream.ctmpl"
        change_mode     = "noop"
        left_delimiter  = "[["
        right_delimiter = "]]"
        data            = <<-EOT
          {{ with service (env "NOMAD_META_balances") }}
          upstream instances {
            zone instances 1m;
            keepalive 64;
            {{- $found := sprig_list }}
            {{- range . }}
            {{- $since := sprig_int64 0 }}
            {{- range .Checks }}{{ $since = sprig_max $since .CreateIndex }}{{ end }}
            {{- $found = sprig_append $found (printf "%020d %s:%d" $since .Address .Port) }}
            {{- end }}
            {{- range sprig_reverse (sprig_sortAlpha $found) }}
            server {{ sprig_substr 21 -1 . }} max_fails=0;
            {{- end }}
          }
          map 1 $instances { default http://instances; }
          map $arg_part $served {
            default "";
            {{- range $part, $some := sprig_chunk 50 $found }}
            {{ $part }} "{{ range $some }}{{ sprig_substr 21 -1 . }} {{ end }}";
            {{- end }}
          }
          {{ else }}
          map 1 $instances { default ""; }
          map 1 $served { default ""; }
          {{ end }}
        EOT
      }

      # nginx itself tries what is new before it takes it: one that it refuses changes nothing of it. For a tenth of a second workers from
      # before take requests, too: told to end sooner, they drop some that they have just taken. What is slow comes after that: the words of a refusal, and the copy of the last good upstream that nginx begins with when it is started anew. After three reloads
      # within three seconds changes are gathered for two: a burst of hundreds costs a handful.
      template {
        destination = "local/reload.sh"
        change_mode = "noop"
        data        = <<-SCRIPT
          cd "$NOMAD_TASK_DIR" || exit 1
          test -s nginx.pid && read -r pid < nginx.pid || exit 0
          # Of one that was killed the number may be another program's.
          name=nginx
          test ! -d /proc/self || read -r name < "/proc/$pid/comm" 2>/dev/null || exit 0
          test "$name" = nginx || exit 0
          kill -HUP "$pid" 2>/dev/null || exit 0
          if ! said=$("$NGINX_PROGRAM" -t -q -e stderr -p "$NOMAD_TASK_DIR" -c nginx.conf 2>&1); then
            echo "refused, so the last good upstream stays: $said" >&2
            mv upstream.conf upstream.refused
            test ! -f upstream.good || cp upstream.good upstream.conf
            exit 0
          fi
          cp upstream.conf upstream.good
          # Whoever waits for this script is late for the next change: it calls few programs.
          count=0 first=0 second=0 time=''
          test -s reloads && read -r count first second < reloads
          test -r /proc/uptime && read -r time rest < /proc/uptime
          time=$${time%%.*}
          test -n "$time" || time=$(date +%s)
          echo "$((count + 1)) $second $time" > reloads
          echo "reload $((count + 1))"
          test $((time - first)) -ge 3 || sleep 2
        SCRIPT
      }

      # What nginx would not begin with is left aside, for the last good one; without one, for nobody.
      template {
        destination = "local/start.sh"
        change_mode = "noop"
        data        = <<-SCRIPT
          # A change may be told to nginx before it is there.
          trap '' USR1
          cd "$NOMAD_TASK_DIR" || exit 1
          rm -f nginx.pid reloads
          if said=$("$NGINX_PROGRAM" -t -q -e stderr -p "$NOMAD_TASK_DIR" -c nginx.conf 2>&1); then
            cp upstream.conf upstream.good
          else
            echo "refused, so the last good upstream stays: $said" >&2
            test ! -f upstream.conf || mv upstream.conf upstream.refused
            test -f upstream.good || echo 'map 1 $instances { default ""; } map 1 $served { default ""; }' > upstream.good
            cp upstream.good upstream.conf
          fi
          exec "$NGINX_PROGRAM" -e stderr -p "$NOMAD_TASK_DIR" -c nginx.conf
        SCRIPT
      }

      template {
        destination = "local/nginx.conf"
        change_mode = "noop"
        data        = <<-EOT
          daemon off;
          worker_processes 2;
          pid nginx.pid;
          error_log stderr warn;
          events { worker_connections 4096; }
          http {
            access_log off;
            client_body_temp_path tmp-body;
            proxy_temp_path tmp-proxy;
            fastcgi_temp_path tmp-fastcgi;
            uwsgi_temp_path tmp-uwsgi;
            scgi_temp_path tmp-scgi;
            # Workers may not be able to write to the task's folder: nothing is put on disk.
            proxy_max_temp_file_size 0;
            client_max_body_size 10m;
            client_body_buffer_size 10m;
            include upstream.conf;
            geo $own_node {
              default 0;
              127.0.0.0/8 1;
              {{ env `meta.address` }} 1;
            }
            server {
              listen {{ env `meta.address` }}:{{ env `NOMAD_PORT_http` }} reuseport;
              location = /-/health { default_type text/plain; return 200 "well\n"; }
              # What this nginx has loaded, in parts, for its own node alone. "allow" would come too late for "return".
              location = /-/upstream {
                default_type text/plain;
                if ($own_node = 0) { return 403; }
                return 200 "$served\n";
              }
              location / {
                if ($instances = "") { return 503; }
                proxy_pass $instances;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                proxy_set_header X-Forwarded-Proto $scheme;
                # Another instance gets what one could not answer; of requests that change something only those that never reached it.
                proxy_next_upstream error timeout;
                proxy_next_upstream_tries 3;
                proxy_connect_timeout 1s;
              }
              error_page 503 @nobody;
              location @nobody {
                default_type text/plain;
                add_header Retry-After 2 always;
                return 503 "no instance of {{ env `NOMAD_META_balances` }} is well\n";
              }
            }
          }
        EOT
      }

      # On a secured cluster the node's agent speaks TLS, with a certificate that the cluster's own authority has signed. Where it
      # wants one of whoever asks, Nomad lays that of the node's tasks beside the token. The token itself is in the environment.
      template {
        destination = "local/consul-ca.pem"
        data        = "{{ with env `meta.consul_ca` }}{{ base64Decode . }}{{ end }}"
        change_mode = "noop"
      }

      template {
        destination = "local/consul.env"
        env         = true
        change_mode = "noop"
        data        = <<-EOT
          CONSUL_HTTP_ADDR={{ env `meta.consul_http_addr` }}
          {{ if env `meta.consul_ca` }}CONSUL_HTTP_SSL=true{{ end }}
          {{ if env `meta.consul_ca` }}CONSUL_CACERT={{ env `NOMAD_TASK_DIR` }}/consul-ca.pem{{ end }}
          {{ if env `meta.consul_wants_certificate` }}CONSUL_CLIENT_CERT={{ env `NOMAD_SECRETS_DIR` }}/consul_cert_file.pem{{ end }}
          {{ if env `meta.consul_wants_certificate` }}CONSUL_CLIENT_KEY={{ env `NOMAD_SECRETS_DIR` }}/consul_key_file.pem{{ end }}
        EOT
      }

      resources {
        cpu    = 100
        memory = 96
      }
    }
  }
}
