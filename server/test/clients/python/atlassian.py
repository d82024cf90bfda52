"""atlassian-python-api, which signs with RSA-SHA512 unless told otherwise."""
import json

from atlassian import Jira

given = json.load(open("input.json"))
jira = Jira(url=given["server"], oauth=given["oauth"])
print(json.dumps({"name": jira.myself()["name"], "total": jira.jql("project = QA")["total"]}))
