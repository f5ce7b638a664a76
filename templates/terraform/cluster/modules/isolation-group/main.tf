# At most seven hosts of a zone fit into one: https://docs.ucloud.cn/uhost/guide/isolationgroup
terraform {
  required_providers {
    ucloud = {
      source = "ucloud/ucloud"
    }
  }
}

variable "name" {
  type = string
}

resource "ucloud_isolation_group" "this" {
  name = var.name
}

output "id" {
  value = ucloud_isolation_group.this.id
}
