"""Random requests signed by oauthlib, in each way that it knows; prints those that were refused, as JSON."""
import json
import random
from urllib.parse import quote, quote_plus

import oauthlib.oauth1 as oauth1
import requests
from requests_oauthlib import OAuth1

given = json.load(open("input.json"))
rng = random.Random(given["seed"])
letters = "abzABZ019-._~ %+&=;:/?@!$'()*,\u00e4\u00df\u3042\U0001f600\"<>#[]{}|\\^`\t"
methods = [oauth1.SIGNATURE_RSA_SHA1, oauth1.SIGNATURE_RSA_SHA256, oauth1.SIGNATURE_RSA_SHA512]
places = [oauth1.SIGNATURE_TYPE_AUTH_HEADER, oauth1.SIGNATURE_TYPE_QUERY]


def word():
    return "".join(rng.choice(letters) for _ in range(rng.randint(1, 8)))


refused = []
session = requests.Session()
for n in range(given["count"]):
    encode = rng.choice([quote, quote_plus])
    pairs = [(word(), rng.choice([word(), ""])) for _ in range(rng.randint(0, 6))]
    pairs += rng.sample(pairs, rng.randint(0, len(pairs)))
    query = "&".join("%s=%s" % (encode("x" + k, safe=""), encode(v, safe="")) for k, v in pairs)
    url = given["server"] + "/rest/api/2/myself" + ("?" + query if query else "")
    method, place = rng.choice(methods), rng.choice(places)
    auth = OAuth1(
        given["consumer"],
        rsa_key=given["key"],
        resource_owner_key=given["token"],
        signature_method=method,
        signature_type=place,
    )
    reply = session.get(url, auth=auth)
    if reply.status_code != 200:
        refused.append([url, method, place, reply.status_code, reply.text])
print(json.dumps(refused))
