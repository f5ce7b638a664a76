terraform {
  required_version = ">= 1.5.0"

  required_providers {
    ucloud = {
      source  = "ucloud/ucloud"
      version = "~> 1.39.2"
    }
  }
}

# Keys come from UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY.
provider "ucloud" {
  base_url   = var.base_url
  project_id = var.project_id
  region     = var.region
}
