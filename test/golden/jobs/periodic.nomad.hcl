job "periodic" {
  type        = "batch"
  datacenters = ["*"]

  periodic {
    crons            = ["0 * * * *"]
    time_zone        = "UTC"
    prohibit_overlap = true
  }

  group "look" {
    # A full disk is full a second later, too: it is told at once, as a run that has failed.
    restart {
      attempts = 0
      mode     = "fail"
    }

    reschedule {
      attempts  = 0
      unlimited = false
    }

    task "look" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["${NOMAD_TASK_DIR}/look.sh"]
      }

      env {
        LIMIT     = "90"
        NODE_NAME = "${node.unique.name}"
      }

      template {
        destination = "local/look.sh"
        data        = <<-SCRIPT
          # Disks of this node alone: what others serve may hang, and what is read only is meant to be full.
          df -lPk 2>/dev/null | awk 'NR > 1 && $1 ~ "^/dev/" && $1 !~ "^/dev/loop" { print int($3 * 100 / ($3 + $4)), $6 }' | sort -u > "$NOMAD_TASK_DIR/used"
          awk '/^MemTotal:/ { all = $2 } /^MemAvailable:/ { print int((all - $2) * 100 / all), "memory" }' /proc/meminfo >> "$NOMAD_TASK_DIR/used"
          test -s "$NOMAD_TASK_DIR/used" || { echo "neither disks nor memory could be looked at" >&2; exit 2; }
          awk '{ print $2 ": " $1 " %" }' "$NOMAD_TASK_DIR/used"
          full=$(awk -v limit="$LIMIT" '$1 > limit { print $2 }' "$NOMAD_TASK_DIR/used")
          test -z "$full" || { echo "above $LIMIT % on $NODE_NAME:" $full >&2; exit 1; }
          echo "well: no disk and no memory above $LIMIT % on $NODE_NAME"
        SCRIPT
      }

      resources {
        cpu    = 50
        memory = 16
      }
    }
  }
}
