"""What a bot does, by one way of signing in: reads input.json, prints what it saw as JSON."""
import json
import logging

from jira import JIRA

logging.disable(logging.CRITICAL)
given = json.load(open("input.json"))
auth = given["auth"]
for name in ("basic_auth", "auth"):
    if name in auth:
        auth[name] = tuple(auth[name])

jira = JIRA(given["server"], **auth)
me = jira.myself()
issue = jira.create_issue(
    project="QA", summary="By python jira, " + given["how"], issuetype={"name": "Task"}, labels=["python"]
)
issue.update(summary="Edited, " + given["how"], fields={"labels": ["python", "edited"]})
comment = jira.add_comment(issue, "Größe & more: 100 %")
comment.update(body="changed")
jira.assign_issue(issue, me["name"])
done = next(one for one in jira.transitions(issue) if one["to"]["name"] == "Done")
jira.transition_issue(issue, done["id"])
read = jira.issue(issue.key)
found = jira.search_issues(
    'project = QA AND labels = edited AND summary ~ "%s" ORDER BY key DESC' % given["how"], maxResults=1
)
seen = {
    "server": jira.server_info()["deploymentType"],
    "name": me["name"],
    "summary": read.fields.summary,
    "status": read.fields.status.name,
    "labels": sorted(read.fields.labels),
    "assignee": read.fields.assignee.name,
    "comments": [one.body for one in jira.comments(issue)],
    "found": [one.key == issue.key for one in found],
    "projects": sorted(one.key for one in jira.projects()),
}
issue.delete()
print(json.dumps(seen))
