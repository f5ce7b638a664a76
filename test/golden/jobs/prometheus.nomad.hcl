job "prometheus" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "1m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "prometheus" {
    network {
      port "http" {}
    }

    ephemeral_disk {
      sticky  = true
      migrate = true
      size    = 500
    }

    service {
      name     = "prometheus"
      provider = "consul"
      port     = "http"

      check {
        name     = "is ready"
        type     = "http"
        path     = "/-/ready"
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

    task "prometheus" {
      driver = "raw_exec"

      kill_timeout = "15s"

      # Its token is of the job's identity. Consul lets the job of this name read what agents tell.
      consul {}

      config {
        command = "prometheus"
        args = [
          "--config.file=${NOMAD_TASK_DIR}/prometheus.yml",
          "--storage.tsdb.path=${NOMAD_ALLOC_DIR}/data/prometheus",
          "--storage.tsdb.retention.time=2d",
          "--storage.tsdb.retention.size=500MB",
          "--web.listen-address=${NOMAD_ADDR_http}",
          "--log.level=warn",
        ]
      }

      # On a secured cluster agents speak TLS, with certificates of the cluster's own authority that name their addresses.
      template {
        destination = "local/ca.pem"
        data        = "{{ with env `meta.consul_ca` }}{{ base64Decode . }}{{ end }}"
        change_mode = "noop"
      }

      template {
        destination   = "local/prometheus.yml"
        change_mode   = "signal"
        change_signal = "SIGHUP"
        splay         = "0s"
        data          = <<-YAML
          global:
            scrape_interval: 15s
            scrape_timeout: 15s
            evaluation_interval: 15s
          rule_files:
            - alerts.yml
          scrape_configs:
            {{- $scheme := "http" }}{{ if env "meta.consul_ca" }}{{ $scheme = "https" }}{{ end }}
            - job_name: nomad
              metrics_path: /v1/metrics
              params:
                format: [prometheus]
              scheme: {{ $scheme }}
              {{- if env "meta.consul_ca" }}
              tls_config:
                ca_file: ca.pem
                {{- if env "meta.consul_wants_certificate" }}
                cert_file: {{ env "NOMAD_SECRETS_DIR" }}/consul_cert_file.pem
                key_file: {{ env "NOMAD_SECRETS_DIR" }}/consul_key_file.pem
                {{- end }}
              {{- end }}
              file_sd_configs:
                - files: [nomad.json]
            - job_name: consul
              metrics_path: /v1/agent/metrics
              params:
                format: [prometheus]
              scheme: {{ $scheme }}
              {{- if env "meta.consul_ca" }}
              tls_config:
                ca_file: ca.pem
                {{- if env "meta.consul_wants_certificate" }}
                cert_file: {{ env "NOMAD_SECRETS_DIR" }}/consul_cert_file.pem
                key_file: {{ env "NOMAD_SECRETS_DIR" }}/consul_key_file.pem
                {{- end }}
              authorization:
                credentials_file: {{ env "NOMAD_SECRETS_DIR" }}/consul_token
              {{- end }}
              file_sd_configs:
                - files: [consul.json]
            - job_name: prometheus
              static_configs:
                - targets: ['{{ env "NOMAD_ADDR_http" }}']
            - job_name: services
              file_sd_configs:
                - files: [services.json]
        YAML
      }

      # Who is there is Consul's to say. Debian's Prometheus cannot ask it, so Nomad writes it down; Prometheus sees files change.
      template {
        destination = "local/nomad.json"
        change_mode = "noop"
        splay       = "0s"
        wait {
          min = "100ms"
          max = "1s"
        }
        data = <<-JSON
          [{{ range $index, $one := service "http.nomad" }}{{ if $index }}, {{ end }}{ "targets": ["{{ .Address }}:{{ .Port }}"], "labels": { "node": "{{ .Node }}", "role": "server" } }{{ end }}
          {{- if and (service "http.nomad") (service "http.nomad-client") }}, {{ end }}
          {{- range $index, $one := service "http.nomad-client" }}{{ if $index }}, {{ end }}{ "targets": ["{{ .Address }}:{{ .Port }}"], "labels": { "node": "{{ .Node }}", "role": "client" } }{{ end }}]
        JSON
      }

      template {
        destination = "local/consul.json"
        change_mode = "noop"
        splay       = "0s"
        wait {
          min = "100ms"
          max = "1s"
        }
        data = <<-JSON
          {{- $port := env "meta.consul_http_addr" | regexReplaceAll ".*:" "" }}
          [{{ range $index, $one := nodes }}{{ if $index }}, {{ end }}{ "targets": ["{{ .Address }}:{{ $port }}"], "labels": { "node": "{{ .Node }}" } }{{ end }}]
        JSON
      }

      template {
        destination = "local/services.json"
        change_mode = "noop"
        splay       = "0s"
        wait {
          min = "100ms"
          max = "1s"
        }
        data = <<-JSON
          {{- $n := 0 }}
          [{{ range services }}{{ if .Tags | contains "metrics" }}{{ range service .Name }}{{ if $n }}, {{ end }}{{ $n = 1 }}{ "targets": ["{{ .Address }}:{{ .Port }}"], "labels": { "service": "{{ .Name }}", "node": "{{ .Node }}" } }{{ end }}{{ end }}{{ end }}]
        JSON
      }

      template {
        destination     = "local/alerts.yml"
        change_mode     = "signal"
        change_signal   = "SIGHUP"
        splay           = "0s"
        left_delimiter  = "[["
        right_delimiter = "]]"
        data            = <<-YAML
          groups:
            - name: cluster
              rules:
                - alert: TargetDown
                  expr: up == 0
                  for: 1m
                  annotations:
                    summary: "{{ $labels.job }} at {{ $labels.instance }} tells no metrics"
                - alert: NomadClientDown
                  expr: sum(nomad_nomad_heartbeat_active) < count(up{job="nomad", role="client"})
                  for: 1m
                  annotations:
                    summary: "fewer clients send heartbeats than are registered"
                - alert: ConsulServerUnhealthy
                  expr: max(consul_autopilot_healthy) == 0
                  for: 1m
                  annotations:
                    summary: "Consul's servers are not all well"
                - alert: AllocationsWait
                  expr: sum(nomad_nomad_blocked_evals_total_blocked) > 0
                  for: 5m
                  annotations:
                    summary: "jobs wait for room in the cluster"
                - alert: AllocationRestarts
                  expr: sum by (exported_job, task_group) (increase(nomad_client_allocs_restart[10m])) > 3
                  annotations:
                    summary: "group {{ $labels.task_group }} starts again and again"
                - alert: AllocationOutOfMemory
                  expr: sum by (exported_job, task_group) (increase(nomad_client_allocs_oom_killed[10m])) > 0
                  annotations:
                    summary: "group {{ $labels.task_group }} needs more memory than it asked for"
                - alert: DiskNearlyFull
                  expr: node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"} / node_filesystem_size_bytes < 0.05
                  for: 5m
                  annotations:
                    summary: "{{ $labels.mountpoint }} of {{ $labels.node }} is nearly full"
        YAML
      }

      resources {
        cpu    = 200
        memory = 256
      }
    }
  }
}
