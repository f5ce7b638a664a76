job "batch" {
  type        = "batch"
  datacenters = ["*"]

  group "worker" {
    count = 3

    # Work that fails is tried again here, then on another node.
    restart {
      attempts = 2
      interval = "5m"
      delay    = "2s"
      mode     = "fail"
    }

    reschedule {
      attempts       = 2
      interval       = "1h"
      delay          = "5s"
      delay_function = "constant"
      unlimited      = false
    }

    task "count" {
      driver = "raw_exec"

      config {
        command = "/bin/sh"
        args    = ["${NOMAD_TASK_DIR}/count.sh"]
      }

      env {
        FOLDER  = "/usr/share/common-licenses"
        WORKERS = "3"
        WORDS   = "10"
      }

      # Each worker takes every so-many-th text: its number is the same when it is tried again.
      template {
        destination = "local/count.sh"
        data        = <<-SCRIPT
          set -e
          cd "$FOLDER"
          find -L . -maxdepth 1 -type f -readable | sort > "$NOMAD_TASK_DIR/texts"
          awk -v mine="$NOMAD_ALLOC_INDEX" -v of="$WORKERS" 'NR % of == mine' "$NOMAD_TASK_DIR/texts" > "$NOMAD_TASK_DIR/mine"
          test -s "$NOMAD_TASK_DIR/mine" || { echo "worker $((NOMAD_ALLOC_INDEX + 1)) of $WORKERS: no text is left in $FOLDER" >&2; exit 1; }
          tr '\n' '\0' < "$NOMAD_TASK_DIR/mine" | xargs -0 cat | tr -cs 'A-Za-z' '\n' | tr 'A-Z' 'a-z' | awk 'length > 3' > "$NOMAD_TASK_DIR/words"
          echo "worker $((NOMAD_ALLOC_INDEX + 1)) of $WORKERS: $(wc -l < "$NOMAD_TASK_DIR/words") words in $(wc -l < "$NOMAD_TASK_DIR/mine") texts"
          sort "$NOMAD_TASK_DIR/words" | uniq -c | sort -rn | head -n "$WORDS"
        SCRIPT
      }

      resources {
        cpu    = 100
        memory = 32
      }
    }
  }
}
