"""What the probe and the scripts of a node ask its cluster, over HTTP: a kubectl costs a tenth of a second of CPU."""

from __future__ import annotations

import hashlib
import http.client
import json
import ssl
from collections.abc import Iterator
from typing import Any

PKI = "/etc/kubernetes/pki"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
"""What `kubectl rollout restart` writes into a template: it makes a revision, and nothing else differs."""
REVISION = "deployment.kubernetes.io/revision"
OTHERS = {
    "/api/v1": "namespaces services serviceaccounts secrets persistentvolumeclaims resourcequotas limitranges",
    "/apis/apps/v1": "daemonsets statefulsets",
    "/apis/batch/v1": "jobs cronjobs",
    "/apis/networking.k8s.io/v1": "ingresses networkpolicies",
    "/apis/policy/v1": "poddisruptionbudgets",
    "/apis/rbac.authorization.k8s.io/v1": "roles rolebindings clusterroles clusterrolebindings",
}
"""Objects that no command of a runbook changes; one that does shows."""
CONTENTS = ("spec", "data", "binaryData", "immutable", "secrets", "imagePullSecrets", "rules", "roleRef", "subjects")
VOLATILE = (REVISION, "kubectl.kubernetes.io/last-applied-configuration", "autoscaling.alpha.kubernetes.io/conditions")
"""Annotations that move without a change, or say again what the object holds."""
PARTS = ("deployments", "replicas", "revisions", "pods", "configmaps", "autoscalers", "nodes", "objects")

Object = dict[str, Any]


class RefusedError(Exception):
    """The cluster answers with an error."""


class Cluster:
    """A connection to the API, as the administrator."""

    def __init__(self) -> None:
        context = ssl.create_default_context(cafile=f"{PKI}/ca.crt")
        # The sandbox's authority says less of itself than Python asks for.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.load_cert_chain(f"{PKI}/admin.crt", f"{PKI}/admin.key")
        self.connection = http.client.HTTPSConnection("127.0.0.1", 6443, context=context, timeout=20)

    def list(self, path: str) -> list[Object]:
        """Return the objects of one kind, in all namespaces."""
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise RefusedError(f"{path}: {answer.status} {answer.reason}")
        items: list[Object] = json.loads(body)["items"]
        return sorted(items, key=name)


def name(one: Object) -> str:
    """Return namespace and name."""
    return f"{one['metadata'].get('namespace', '-')}/{one['metadata']['name']}"


def is_ready(pod: Object) -> bool:
    """Tell whether a pod is ready, and not on its way out."""
    conditions = pod["status"].get("conditions", [])
    ready = any((each["type"], each["status"]) == ("Ready", "True") for each in conditions)
    return ready and "deletionTimestamp" not in pod["metadata"]


def digest(value: object) -> str:
    """Return a short sum."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def read_parts() -> dict[str, list[str]]:
    """Return the parts of the cluster's state; where it does not answer, each says that."""
    try:
        return dict(_read(Cluster()))
    except (OSError, RefusedError):
        return {part: ["the cluster does not answer"] for part in PARTS}


def _read(here: Cluster) -> Iterator[tuple[str, list[str]]]:
    deployments = here.list("/apis/apps/v1/deployments")
    yield "deployments", [f"{name(one)} {digest(_wanted(one))}" for one in deployments]
    yield "replicas", [f"{name(one)} {one['spec']['replicas']}" for one in deployments]
    numbers = [f"{name(one)} generation {one['metadata']['generation']}" for one in deployments]
    sets = here.list("/apis/apps/v1/replicasets")
    numbers += [f"{name(one)} revision {one['metadata']['annotations'].get(REVISION)}" for one in sets]
    yield "revisions", numbers
    pods = [one for one in here.list("/api/v1/pods") if "deletionTimestamp" not in one["metadata"]]
    yield "pods", [" ".join((name(one), one["metadata"]["uid"], *map(str, _restarts(one)))) for one in pods]
    yield "configmaps", [f"{name(one)} {digest(_content(one))}" for one in here.list("/api/v1/configmaps")]
    scalers = here.list("/apis/autoscaling/v2/horizontalpodautoscalers")
    yield "autoscalers", [f"{name(one)} {digest(_content(one))}" for one in scalers]
    yield "nodes", [_describe_node(one) for one in here.list("/api/v1/nodes")]
    objects = [f"pods {name(one)}" for one in pods if not one["metadata"].get("ownerReferences")]
    for group, kinds in OTHERS.items():
        for kind in kinds.split():
            objects += [f"{kind} {name(one)} {digest(_content(one))}" for one in here.list(f"{group}/{kind}")]
    yield "objects", objects


def _content(one: Object) -> Object:
    return {**{key: one[key] for key in CONTENTS if key in one}, "about": _about(one)}


def _about(one: Object) -> Object:
    """Return labels and annotations, as far as somebody set them."""
    found = one["metadata"]
    annotations = {key: value for key, value in found.get("annotations", {}).items() if key not in VOLATILE}
    return {"labels": found.get("labels", {}), "annotations": annotations}


def _wanted(deployment: Object) -> Object:
    """Return a deployment's specification without what has parts of its own."""
    spec = {key: value for key, value in deployment["spec"].items() if key != "replicas"}
    template = spec["template"]
    about = dict(template["metadata"])
    about["annotations"] = {key: value for key, value in (about.get("annotations") or {}).items() if key != RESTARTED}
    return {**spec, "template": {**template, "metadata": about}, "about": _about(deployment)}


def _restarts(pod: Object) -> list[int]:
    return [each["restartCount"] for each in pod["status"].get("containerStatuses", [])]


def _describe_node(node: Object) -> str:
    spec, conditions = node["spec"], node["status"]["conditions"]
    states = " ".join(sorted(f"{each['type']}={each['status']}" for each in conditions))
    taints = " ".join(sorted(f"{each['key']}={each['effect']}" for each in spec.get("taints", [])))
    scheduling = "unschedulable" if spec.get("unschedulable") else "schedulable"
    return f"{name(node)} {states} {scheduling} {taints} {digest(_about(node))}"
