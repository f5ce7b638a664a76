variable "nomad_address" {
  type = string
}

variable "jobs" {
  type        = set(string)
  description = "Names of the files in specs/, without their ends."
}

resource "nomad_job" "this" {
  for_each = var.jobs

  jobspec = file("${path.module}/specs/${each.key}.nomad.hcl")
  # Until its deployment is healthy.
  detach = false
  # What runs elsewhere counts as well: nomadctl job deploy, nomad job run.
  deregister_on_id_change = true
}
