variable "nomad_address" {
  type = string
}

variable "jobs" {
  type        = set(string)
  description = "Ids of the jobs, after namespaces that are not the default; specs/ has a file for each, with %2F for a slash."
}

resource "nomad_job" "this" {
  for_each = var.jobs

  # As Nomad parsed the job file, with counts that somebody scaled to.
  jobspec = file("${path.module}/specs/${replace(each.key, "/", "%2F")}.json")
  json    = true
  # nomadctl follows the deployment itself, and says why it fails.
  detach = true
  # What runs elsewhere counts as well: nomadctl job deploy, nomad job run.
  deregister_on_id_change = true
}
