"""A web server that asks for Kerberos, on MIT's library: it accepts SMS_POST and says who sent it. No management point."""

import base64
import http.server

import gssapi

NAME = gssapi.Name("HTTP@localhost", gssapi.NameType.hostbased_service)
ACCEPTOR = gssapi.Credentials(name=NAME, usage="accept")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_SMS_POST(self):
        scheme, _, token = (self.headers.get("Authorization") or "anonymous").partition(" ")
        if scheme != "Negotiate":
            self.answer(401, "Negotiate", scheme)
            return

        context = gssapi.SecurityContext(creds=ACCEPTOR, usage="accept")
        answer = context.step(base64.b64decode(token))
        challenge = "Negotiate " + base64.b64encode(answer or b"").decode()
        self.answer(200 if context.complete else 401, challenge, str(context.initiator_name))

    def answer(self, status, challenge, who):
        print(status, who, self.path, flush=True)
        self.send_response(status)
        self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
