#!/usr/bin/env bash
# UCloud's SDK for Python documents that Password has to be given in base64, as it does of UserData, and then encodes what it is given
# once more, but not UserData: a host that is made as the documentation says has another root password than its owner believes.
#
# Program: ucloud-sdk-python3 0.11.150 (PyPI), on a server of this script's own on 127.0.0.1.
# Expected: a value that was encoded as documented is sent as it is.
# Here: docs/guide/emulator.md gives the password in clear to that SDK (when it gave it in base64, the host had another one);
#   test/integration/guide-emulator.test.ts runs that example. nomadctl's own client encodes it itself, once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ucloud-sdk-python3==0.11.150

cat >"$folder/ask.py" <<'PYTHON'
import base64, http.server, inspect, json, logging, threading, urllib.parse
from ucloud.client import Client

logging.disable(logging.CRITICAL)
sent = {}


class Cloud(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent.update(json.loads(body) if "json" in self.headers["Content-Type"] else urllib.parse.parse_qsl(body))
        answer = json.dumps({"RetCode": 0, "Action": "CreateUHostInstanceResponse", "UHostIds": ["uhost-1"], "IPs": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Cloud)
threading.Thread(target=server.serve_forever, daemon=True).start()
keys = {"public_key": "public", "private_key": "private", "region": "cn-bj2", "project_id": "org-1"}
uhost = Client({"base_url": f"http://127.0.0.1:{server.server_port}", **keys}).uhost()

password = base64.b64encode(b"Password1").decode()
script = base64.b64encode(b"#!/bin/sh").decode()
for line in inspect.getdoc(uhost.create_uhost_instance).splitlines():
    if line.strip().startswith(("- **Password**", "- **UserData**")):
        print(line.split("**")[1], "documented as base64:", "base64" in line)
print("the documented example of a password is what is given:", password in inspect.getdoc(uhost.create_uhost_instance))
uhost.create_uhost_instance({"Zone": "cn-bj2-02", "ImageId": "uimage-1", "LoginMode": "Password", "Password": password, "UserData": script})
print("UserData given", script, "sent", sent["UserData"])
print("Password given", password, "sent", sent["Password"])
print("the host's password would be", base64.b64decode(sent["Password"]).decode())
PYTHON
seen=$("$folder/venv/bin/python" "$folder/ask.py")
printf '%s\n' "$seen"

diff - <(printf '%s\n' "$seen") <<'SEEN'
Password documented as base64: True
UserData documented as base64: True
the documented example of a password is what is given: True
UserData given IyEvYmluL3No sent IyEvYmluL3No
Password given UGFzc3dvcmQx sent VUdGemMzZHZjbVF4
the host's password would be UGFzc3dvcmQx
SEEN
