#!/usr/bin/env bash
# With MaxRetries 3, UCloud's SDK for Go asks four times for what is certain not to change (there is no such host, 8039), and only once
# when UCloud says that it is asked too often (153), which a repetition would settle: terraform's provider and packer's builder stand on it.
#
# Program: ucloud-sdk-go v0.22.98 (Go module; v0.22.17, which the provider has, does the same), on a server of this script's own on
#   127.0.0.1.
# Expected: throttling is repeated, as the SDK does where HTTP says the same (429).
# Here: src/clients/ucloud/retry-proxy.ts stands between both programs and UCloud, and repeats what was throttled;
#   test/unit/clients/ucloud/retry-proxy.test.ts holds it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/ucloud/ucloud-sdk-go/services/uhost"
	"github.com/ucloud/ucloud-sdk-go/ucloud"
	"github.com/ucloud/ucloud-sdk-go/ucloud/auth"
	"github.com/ucloud/ucloud-sdk-go/ucloud/log"
)

func ask(what string, status int, code int) {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(reply http.ResponseWriter, _ *http.Request) {
		requests++
		reply.WriteHeader(status)
		fmt.Fprintf(reply, `{"RetCode": %d, "Action": "DescribeUHostInstanceResponse", "Message": "no"}`, code)
	}))
	defer server.Close()
	config := ucloud.NewConfig()
	config.BaseUrl = server.URL
	config.Region = "cn-bj2"
	config.MaxRetries = 3
	config.LogLevel = log.PanicLevel
	client := uhost.NewClient(&config, &auth.Credential{PublicKey: "public", PrivateKey: "private"})
	_, err := client.DescribeUHostInstance(client.NewDescribeUHostInstanceRequest())
	fmt.Printf("%s: %d requests, failed: %t\n", what, requests, err != nil)
}

func main() {
	ask("no such host, RetCode 8039", 200, 8039)
	ask("throttled, HTTP status 429", 429, 0)
	ask("throttled, RetCode 153", 200, 153)
}
GO
{
  go mod init finding
  go get github.com/ucloud/ucloud-sdk-go@v0.22.98
  go mod tidy
} >install.log 2>&1 || { cat install.log && exit 2; }
seen=$(go run .)
printf '%s\n' "$seen"

diff - <(printf '%s\n' "$seen") <<'SEEN'
no such host, RetCode 8039: 4 requests, failed: true
throttled, HTTP status 429: 4 requests, failed: true
throttled, RetCode 153: 1 requests, failed: true
SEEN
