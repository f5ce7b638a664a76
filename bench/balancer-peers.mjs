/** How people do it by hand: consul-template with its defaults as nginx's parent, which has it reload. */
export function plainConsulTemplate(program, port) {
  return job('peer-template', port, {
    command: program,
    args: [
      '-template',
      'local/upstream.ctmpl:local/upstream.conf',
      '-exec',
      'exec nginx -e stderr -p local -c nginx.conf',
      '-exec-reload-signal',
      'SIGHUP',
    ],
    template: `
      template {
        destination     = "local/upstream.ctmpl"
        left_delimiter  = "[["
        right_delimiter = "]]"
        data            = "${UPSTREAM}"
      }`,
  });
}

/** The same by Nomad's own template, which waits and splays as Nomad does when nobody says otherwise. */
export function nomadTemplate(port) {
  return job('peer-nomad', port, {
    command: 'nginx',
    args: ['-e', 'stderr', '-p', 'local', '-c', 'nginx.conf'],
    template: `
      template {
        destination   = "local/upstream.conf"
        change_mode   = "signal"
        change_signal = "SIGHUP"
        data          = "${UPSTREAM}"
      }`,
  });
}

const UPSTREAM = 'upstream instances { {{ range service `microbot` }}server {{ .Address }}:{{ .Port }}; {{ end }} }';

function job(name, port, { command, args, template }) {
  return `
job "${name}" {
  group "nginx" {
    network {
      port "http" { static = ${port} }
    }
    service {
      name     = "${name}"
      provider = "consul"
      port     = "http"
      address  = "\${meta.address}"
      check {
        type     = "tcp"
        interval = "1s"
        timeout  = "2s"
      }
    }
    task "nginx" {
      driver = "raw_exec"
      consul {}
      config {
        command = "${command}"
        args    = ${JSON.stringify(args)}
      }
      ${template}
      template {
        destination = "local/nginx.conf"
        data        = <<-EOT
          daemon off;
          pid nginx.pid;
          error_log stderr;
          events {}
          http {
            access_log off;
            client_body_temp_path tmp-body; proxy_temp_path tmp-proxy; fastcgi_temp_path tmp-fastcgi;
            uwsgi_temp_path tmp-uwsgi; scgi_temp_path tmp-scgi;
            include upstream.conf;
            server {
              listen {{ env "meta.address" }}:${port};
              location / { proxy_pass http://instances; }
            }
          }
        EOT
      }
      template {
        destination = "local/consul-ca.pem"
        data        = "{{ with env \`meta.consul_ca\` }}{{ base64Decode . }}{{ end }}"
      }
      template {
        destination = "local/consul.env"
        env         = true
        data        = <<-EOT
          CONSUL_HTTP_ADDR={{ env "meta.consul_http_addr" }}
          CONSUL_HTTP_SSL=true
          CONSUL_CACERT={{ env "NOMAD_TASK_DIR" }}/consul-ca.pem
        EOT
      }
      resources {
        cpu    = 50
        memory = 64
      }
    }
  }
}
`;
}
