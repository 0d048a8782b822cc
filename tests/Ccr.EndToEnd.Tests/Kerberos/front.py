"""
A web server that asks for Kerberos, on MIT's library, and says who sent what. It passes each request on to the server whose port is its argument;
without one it says yes to everything, as a management point does.
"""

import base64
import http.client
import http.server
import sys

import gssapi

NAME = gssapi.Name("HTTP@localhost", gssapi.NameType.hostbased_service)
ACCEPTOR = gssapi.Credentials(name=NAME, usage="accept")
BEHIND = int(sys.argv[1]) if len(sys.argv) > 1 else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def ask(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scheme, _, token = (self.headers.get("Authorization") or "anonymous").partition(" ")
        if scheme != "Negotiate":
            self.answer(401, "Negotiate", scheme)
            return

        context = gssapi.SecurityContext(creds=ACCEPTOR, usage="accept")
        answer = context.step(base64.b64decode(token))
        challenge = "Negotiate " + base64.b64encode(answer or b"").decode()
        status, content = self.pass_on(body) if context.complete else (401, b"")
        self.answer(status, challenge, str(context.initiator_name), content)

    do_GET = do_POST = do_SMS_POST = ask

    def pass_on(self, body):
        if BEHIND is None:
            return 200, b""
        connection = http.client.HTTPConnection("127.0.0.1", BEHIND)
        connection.request(self.command, self.path, body)
        response = connection.getresponse()
        return response.status, response.read()

    def answer(self, status, challenge, who, content=b""):
        print(status, who, self.command, self.path, flush=True)
        self.send_response(status)
        self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
