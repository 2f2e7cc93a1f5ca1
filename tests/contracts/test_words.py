"""What happens to a case is said in words, not by the names that the program has for it."""

import ast

from backoffice.desk import timeline_words, words
from tests.contracts.code import calls
from tests.contracts.ways import every_queue, takable


@every_queue
def test_every_decision_and_every_end_is_said(queue):
    ways = [action for action in takable(queue) if action.door == "decide"]
    verbs = {(action.event or action.name).rpartition(".")[2] for action in ways}
    ends = {action.resolution for action in ways if action.resolution}
    assert verbs - timeline_words.EVENTS.keys() == set()
    assert ends - words.RESOLUTIONS.keys() == set()


def test_every_line_of_a_timeline_is_said():
    verbs = [call.args[3] for _, call in calls("note_event") if len(call.args) > 3]
    named = {verb.value for verb in verbs if isinstance(verb, ast.Constant)}
    assert named
    assert named - timeline_words.EVENTS.keys() == set()
