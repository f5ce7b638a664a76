job "tomcat" {
  type        = "service"
  datacenters = ["*"]

  update {
    max_parallel      = 1
    min_healthy_time  = "1s"
    healthy_deadline  = "2m"
    progress_deadline = "3m"
    auto_revert       = true
  }

  group "tomcat" {
    count = 2

    # Consul forgets it first; who balances has noticed before it ends.
    shutdown_delay = "2s"

    network {
      port "http" {}
    }

    service {
      name     = "tomcat"
      provider = "consul"
      port     = "http"
      address  = "${meta.address}"
      tags     = ["urlprefix-tomcat.service.consul:9999/sample", "urlprefix-/sample"]

      check {
        name     = "the page"
        type     = "http"
        path     = "/sample/"
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

    task "tomcat" {
      driver = "raw_exec"

      kill_timeout = "15s"

      config {
        command = "/bin/sh"
        args    = ["${NOMAD_TASK_DIR}/start.sh"]
      }

      env {
        CATALINA_OPTS = "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto"
        GREETING      = "good day"
        NODE_NAME     = "${node.unique.name}"
      }

      template {
        destination = "local/base/webapps/sample/index.jsp"
        change_mode = "noop"
        data        = <<-PAGE
          <%@ page contentType="text/html; charset=UTF-8" %>
          <!DOCTYPE html>
          <title>Sample</title>
          <h1><%= System.getenv("GREETING") %></h1>
          <p>from allocation <%= System.getenv("NOMAD_ALLOC_ID") %> on <%= System.getenv("NODE_NAME") %>, Java <%= System.getProperty("java.version") %></p>
        PAGE
      }

      # On this computer nodes give one loopback address to all tasks, and are reached at another of their own: it listens at both.
      template {
        destination = "local/base/conf/server.xml"
        change_mode = "noop"
        data        = <<-XML
          <?xml version="1.0" encoding="UTF-8"?>
          <Server port="-1">
            <Service name="Catalina">
              <Connector address="{{ env "NOMAD_IP_http" }}" port="{{ env "NOMAD_PORT_http" }}" protocol="HTTP/1.1" maxThreads="50" minSpareThreads="4"/>
              {{ if ne (env "NOMAD_IP_http") (env "meta.address") }}<Connector address="{{ env "meta.address" }}" port="{{ env "NOMAD_PORT_http" }}" protocol="HTTP/1.1" maxThreads="50" minSpareThreads="4"/>{{ end }}
              <Engine name="Catalina" defaultHost="localhost">
                <Host name="localhost" appBase="webapps" unpackWARs="true" autoDeploy="false"/>
              </Engine>
            </Service>
          </Server>
        XML
      }

      template {
        destination = "local/start.sh"
        change_mode = "noop"
        data        = <<-SCRIPT
          set -e
          export CATALINA_BASE=$NOMAD_TASK_DIR/base
          mkdir -p "$CATALINA_BASE/logs" "$CATALINA_BASE/temp" "$CATALINA_BASE/work"
          for home in "$CATALINA_HOME" /usr/share/tomcat10 /usr/share/tomcat; do
            test -x "$home/bin/catalina.sh" && break
          done
          export CATALINA_HOME=$home
          # What serves pages at all. Debian's in /etc may be read by its own Tomcat alone.
          for conf in "$home/conf" "$home/etc" /etc/tomcat10 /etc/tomcat; do
            test -r "$conf/web.xml" && break
          done
          cp "$conf/web.xml" "$CATALINA_BASE/conf/"
          exec "$home/bin/catalina.sh" run
        SCRIPT
      }

      resources {
        cpu    = 300
        memory = 256
      }
    }
  }
}
