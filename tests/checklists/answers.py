"""The answers that let a list pass, for tests that need one signed."""


def passing_answers(checklist) -> dict[str, str]:
    return {
        item["key"]: checklist.facts[item["fact"]]
        if item["answer"] == "scan"
        else item["accepted"][0]
        for item in checklist.template.items
    }
