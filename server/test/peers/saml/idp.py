"""A SAML 2.0 identity provider on pysaml2 and xmlsec1: another program's reading of the standard.

`idp.py FOLDER` listens on a free loopback port and prints its address. A test says over HTTP what it shall do:
  PUT  /peer      the service provider's metadata
  PUT  /behaviour {"user": ..., "attributes": {...}, "sign_response": ..., "sign_assertion": ..., "cipher": ...}
  GET  /forget    address of a LogoutRequest for whoever signed in last
and a browser comes to /sso and /slo.
"""

import base64
import datetime
import functools
import html
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import saml2.entity
import saml2.sigver
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.config import IdPConfig
from saml2.metadata import create_metadata_string
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NAME_FORMAT_BASIC, NameID
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

folder = Path(sys.argv[1])


def make_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pysaml2")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def encrypt_with(cipher):
    """pysaml2 knows Triple DES alone; xmlsec1, which does the work, knows more."""
    space = "http://www.w3.org/2009/xmlenc11#" if cipher.endswith("gcm") else "http://www.w3.org/2001/04/xmlenc#"
    saml2.entity.pre_encryption_part = functools.partial(
        saml2.sigver.pre_encryption_part, msg_enc=space + cipher.replace("aes-", "aes")
    )
    by_default = saml2.sigver.CryptoBackendXmlSec1.encrypt_assertion
    session_key = cipher.rsplit("-", 1)[0]

    def encrypt_assertion(self, statement, enc_key, template, key_type=None, node_xpath=None):
        return by_default(self.crypto, statement, enc_key, template, session_key, node_xpath)

    saml2.sigver.SecurityContext.encrypt_assertion = encrypt_assertion


class Provider:
    def __init__(self, base):
        self.base = base
        self.peer = None
        self.behaviour = {}
        self.last = None
        self.server = None

    def configure(self, peer=None):
        self.peer = peer
        if self.server is not None:
            self.server.close()
        for old in folder.glob("subjects*"):
            old.unlink()
        config = {
            "entityid": f"{self.base}/metadata",
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [(f"{self.base}/sso", BINDING_HTTP_REDIRECT)],
                        "single_logout_service": [(f"{self.base}/slo", BINDING_HTTP_REDIRECT)],
                    },
                    "policy": {
                        "default": {
                            "lifetime": {"minutes": 5},
                            "attribute_restrictions": None,
                            "name_form": NAME_FORMAT_BASIC,
                            "nameid_format": NAMEID_FORMAT_PERSISTENT,
                        }
                    },
                    "want_authn_requests_signed": True,
                    "name_id_format": [NAMEID_FORMAT_PERSISTENT],
                    "subject_data": str(folder / "subjects"),
                }
            },
            "key_file": str(folder / "key.pem"),
            "cert_file": str(folder / "cert.pem"),
            "signing_algorithm": SIG_RSA_SHA256,
            "digest_algorithm": DIGEST_SHA256,
            "delete_tmpfiles": True,
            **({} if peer is None else {"metadata": {"inline": [peer]}}),
        }
        self.server = Server(config=IdPConfig().load(config))

    def metadata(self):
        return create_metadata_string(None, config=self.server.config)

    def respond(self, query):
        """The form that brings an answer to the request in the query."""
        request = self.server.parse_authn_request(
            query["SAMLRequest"],
            BINDING_HTTP_REDIRECT,
            relay_state=query.get("RelayState"),
            sigalg=query.get("SigAlg"),
            signature=query.get("Signature"),
        )
        wanted = self.behaviour
        destination = request.message.assertion_consumer_service_url
        name_id = NameID(format=NAMEID_FORMAT_PERSISTENT, text=wanted["user"])
        cipher = wanted.get("cipher")
        if cipher is not None:
            encrypt_with(cipher)
        response = self.server.create_authn_response(
            identity=wanted.get("attributes", {}),
            in_response_to=request.message.id,
            destination=destination,
            sp_entity_id=request.message.issuer.text,
            name_id=name_id,
            authn={"class_ref": PASSWORDPROTECTEDTRANSPORT, "authn_auth": self.base},
            sign_response=wanted.get("sign_response", False),
            sign_assertion=wanted.get("sign_assertion", True),
            encrypt_assertion=cipher is not None,
            encrypted_advice_attributes=False,
            sign_alg=wanted.get("sign_alg", SIG_RSA_SHA256),
            digest_alg=wanted.get("digest_alg", DIGEST_SHA256),
        )
        self.last = {"sp": request.message.issuer.text, "name_id": name_id, "text": str(response)}
        return form(destination, "SAMLResponse", str(response), query.get("RelayState"))

    def log_out(self, query):
        """The address that answers a logout request, or what became of ours."""
        if "SAMLResponse" in query:
            return None
        request = self.server.parse_logout_request(
            query["SAMLRequest"],
            BINDING_HTTP_REDIRECT,
            relay_state=query.get("RelayState"),
            sigalg=query.get("SigAlg"),
            signature=query.get("Signature"),
        )
        self.last["ended"] = {
            "name_id": request.message.name_id.text,
            "session_index": [one.text for one in request.message.session_index],
        }
        response = self.server.create_logout_response(request.message, [BINDING_HTTP_REDIRECT])
        return self.address(str(response), response.destination, query.get("RelayState"), True)

    def forget(self):
        """The address that asks the service provider to end the last session."""
        destination = self.server.metadata.single_logout_service(
            self.last["sp"], BINDING_HTTP_REDIRECT, "spsso"
        )[0]["location"]
        _, request = self.server.create_logout_request(
            destination, self.last["sp"], name_id=self.last["name_id"]
        )
        return self.address(str(request), destination, "relayed", False)

    def address(self, message, destination, relay_state, response):
        info = self.server.apply_binding(
            BINDING_HTTP_REDIRECT,
            message,
            destination,
            relay_state or "",
            response=response,
            sign=True,
            sigalg=SIG_RSA_SHA256,
        )
        return dict(info["headers"])["Location"]


def form(action, name, message, relay_state):
    fields = {name: base64.b64encode(message.encode()).decode(), "RelayState": relay_state}
    inputs = "".join(
        f'<input type="hidden" name="{key}" value="{html.escape(value)}">'
        for key, value in fields.items()
        if value is not None
    )
    return (
        f'<!DOCTYPE html><h1>Identity provider</h1><form method="post" action="{html.escape(action)}">'
        f'{inputs}<button>Continue</button></form>'
    )


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *_):
        pass

    def answer(self, status, body="", headers=None):
        data = body.encode()
        self.send_response(status)
        for name, value in (headers or {"Content-Type": "text/html; charset=utf-8"}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/peer":
            self.provider.configure(body)
        else:
            self.provider.behaviour = json.loads(body)
        self.answer(204)

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            if url.path == "/metadata":
                self.answer(200, self.provider.metadata().decode())
            elif url.path == "/sso":
                self.answer(200, self.provider.respond(query))
            elif url.path == "/slo":
                location = self.provider.log_out(query)
                if location is None:
                    self.answer(200, "signed out")
                else:
                    self.answer(302, headers={"Location": location})
            elif url.path == "/forget":
                self.answer(200, self.provider.forget())
            elif url.path == "/last":
                self.answer(200, json.dumps({k: v for k, v in self.provider.last.items() if k != "name_id"}))
            else:
                self.answer(404)
        except Exception as error:  # The test sees it in the answer.
            self.answer(500, f"{type(error).__name__}: {error}")


make_key()
http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
# Another site than 127.0.0.1, as browsers see it.
base = f"http://localhost:{http.server_address[1]}"
Handler.provider = Provider(base)
Handler.provider.configure()
print(base, flush=True)
http.serve_forever()
