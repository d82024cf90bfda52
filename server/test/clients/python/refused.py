"""How a wrong credential shows to a bot: reads input.json, prints the error as JSON."""
import json
import logging

from jira import JIRA
from jira.exceptions import JIRAError

logging.disable(logging.CRITICAL)
given = json.load(open("input.json"))
auth = given["auth"]
for name in ("basic_auth", "auth"):
    if name in auth:
        auth[name] = tuple(auth[name])
try:
    JIRA(given["server"], max_retries=0, **auth).myself()
    print(json.dumps({"status": 200, "text": ""}))
except JIRAError as error:
    print(json.dumps({"status": error.status_code, "text": error.text}))
