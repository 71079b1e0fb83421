"""What kustomize makes of the manifests, against the schemas of Kubernetes."""

import re
from typing import Any

import kubernetes_validate
import pytest

from tests.docker.files import DOCKER, KUBERNETES, SETTINGS, rendered
from tmf_apis import __version__

#: The oldest release that knows everything used here, and the newest that the package knows.
RELEASES = ("1.30", "1.37")
FOLDERS = pytest.mark.parametrize("folder", KUBERNETES)
SECRET = "tmf-apis-store"


def one(folder: str, kind: str) -> dict[str, Any]:
    [found] = [thing for thing in rendered(folder) if thing["kind"] == kind]
    return found


def container(folder: str) -> dict[str, Any]:
    [found] = one(folder, "Deployment")["spec"]["template"]["spec"]["containers"]
    return dict(found)


@FOLDERS
@pytest.mark.parametrize("release", RELEASES)
def test_every_object_is_valid(folder: str, release: str) -> None:
    for thing in rendered(folder):
        kubernetes_validate.validate(thing, release, strict=True)


def test_the_check_sees_mistakes() -> None:
    wrong = one("base", "Service") | {"spec": {"prots": []}}
    with pytest.raises(kubernetes_validate.ValidationError, match="prots"):
        kubernetes_validate.validate(wrong, RELEASES[-1], strict=True)


def test_the_base_has_all_it_takes() -> None:
    assert {thing["kind"] for thing in rendered("base")} == {
        *("ConfigMap", "Deployment", "HorizontalPodAutoscaler", "NetworkPolicy"),
        *("PodDisruptionBudget", "Service"),
    }


@FOLDERS
def test_its_settings_are_settings(folder: str) -> None:
    settings = one(folder, "ConfigMap")["data"]
    secret = {entry["name"]: entry for entry in container(folder)["env"]}
    assert set(settings) | set(secret) <= SETTINGS
    # The URL of a database holds a password, the path of a file does not.
    assert ("TMF_STORE" in settings) != ("TMF_STORE" in secret)
    if secret:
        reference = secret["TMF_STORE"]["valueFrom"]["secretKeyRef"]
        assert reference == {"name": SECRET, "key": "TMF_STORE"}
        assert f"secret generic {SECRET}" in (DOCKER / "README.md").read_text()
    [source] = container(folder)["envFrom"]
    assert source["configMapRef"]["name"] == one(folder, "ConfigMap")["metadata"]["name"]


@FOLDERS
def test_everyone_selects_the_same_pods(folder: str) -> None:
    labels = one(folder, "Deployment")["spec"]["template"]["metadata"]["labels"]
    assert one(folder, "Service")["spec"]["selector"] == labels
    for thing in rendered(folder):
        if thing["kind"] in {"Deployment", "PodDisruptionBudget"}:
            assert thing["spec"]["selector"] == {"matchLabels": labels}
        elif thing["kind"] == "NetworkPolicy":
            assert thing["spec"]["podSelector"] == {"matchLabels": labels}


def test_the_network_policy_asks_no_label_of_the_name_server() -> None:
    names, *_ = one("base", "NetworkPolicy")["spec"]["egress"]
    asked = {"kubernetes.io/metadata.name": "kube-system"}
    assert names["to"] == [{"namespaceSelector": {"matchLabels": asked}}]


@FOLDERS
def test_the_pod_meets_the_restricted_standard(folder: str) -> None:
    pod = one(folder, "Deployment")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container(folder)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for volume in pod["volumes"]:
        assert set(volume) - {"name"} <= {"emptyDir", "persistentVolumeClaim"}
    image_user = re.search(r"^USER (\d+):", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    assert image_user
    assert pod["securityContext"]["runAsUser"] == int(image_user[1])


@FOLDERS
def test_probes_requests_and_limits(folder: str) -> None:
    server = container(folder)
    [port] = server["ports"]
    asked = {
        name: server[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")
    }
    assert {probe["port"] for probe in asked.values()} == {port["name"]}
    assert [probe["path"] for probe in asked.values()] == ["/health", "/health", "/ready"]
    assert str(port["containerPort"]) == one(folder, "ConfigMap")["data"]["TMF_PORT"]
    assert one(folder, "Service")["spec"]["ports"][0]["targetPort"] == port["name"]
    assert {"cpu", "memory"} == set(server["resources"]["requests"])
    assert "memory" in server["resources"]["limits"]


@FOLDERS
def test_a_stopping_pod_is_given_its_time(folder: str) -> None:
    pod = one(folder, "Deployment")["spec"]["template"]["spec"]
    pause = container(folder)["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] > pause + 10


@FOLDERS
def test_the_image_is_of_this_version(folder: str) -> None:
    assert container(folder)["image"].rpartition(":")[2] == __version__


@pytest.mark.parametrize("folder", ["base", "overlays/production"])
def test_many_pods_are_scaled_spread_and_kept_up(folder: str) -> None:
    deployment = one(folder, "Deployment")
    assert "replicas" not in deployment["spec"]
    scaler = one(folder, "HorizontalPodAutoscaler")["spec"]
    assert scaler["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    assert 2 <= scaler["minReplicas"] < scaler["maxReplicas"]
    spread = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert [constraint["topologyKey"] for constraint in spread] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]
    assert one(folder, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


def test_a_file_has_one_pod() -> None:
    deployment = one("overlays/trial", "Deployment")["spec"]
    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})
    kinds = {thing["kind"] for thing in rendered("overlays/trial")}
    assert not {"HorizontalPodAutoscaler", "PodDisruptionBudget"} & kinds
    claims = [
        volume["persistentVolumeClaim"]["claimName"]
        for volume in deployment["template"]["spec"]["volumes"]
        if "persistentVolumeClaim" in volume
    ]
    assert claims == [one("overlays/trial", "PersistentVolumeClaim")["metadata"]["name"]]
