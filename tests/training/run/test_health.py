"""What in a trainer's log ends a stage, and what does not."""

import json

import pytest

from vgpt2.settings import WatchSettings
from vgpt2.training.run.health import Ended, health_watch
from vgpt2.training.run.log_line import figures

LIMITS = WatchSettings()


def line(**values):
    return f"{ {name.replace('_of_', '/'): str(value) for name, value in values.items()} }\n"


@pytest.fixture
def watch(tmp_path):
    """The watch of a DPO run that is at a step of a hundred."""

    def make(step=60, **limits):
        state = {"current_steps": step, "total_steps": 100, "loss": 0.5, "remaining_time": "0:01"}
        (tmp_path / "trainer_log.jsonl").write_text(json.dumps(state) + "\n")
        return health_watch("dpo", {"pref_beta": 0.1}, tmp_path, WatchSettings(**limits))

    return make


def rewards(chosen, rejected, loss=0.5):
    values = {"rewards_of_chosen": chosen, "rewards_of_rejected": rejected, "rewards_of_margins": chosen - rejected}
    return line(loss=loss, grad_norm=1.0, **values, epoch=0.5)


@pytest.mark.parametrize(("name", "value"), [("loss", "nan"), ("loss", "inf"), ("eval_loss", "nan")])
def test_a_loss_that_is_no_number_ends_the_stage(watch, name, value):
    look = watch()
    look(line(loss=0.5, grad_norm="nan"))
    with pytest.raises(Ended) as caught:
        look(line(**{name: value}, epoch=0.5))
    assert caught.value.message == (f"dpo: ended at step 60 of 100: {name} is {value}; lower train.dpo.learning_rate")


def test_answers_to_be_preferred_that_become_improbable_end_it(watch):
    look = watch()
    for chosen in (-6, -7, -4, -6, -7):  # one row of three may be an outlier
        look(rewards(chosen, -20))
    with pytest.raises(Ended, match=r"at step 60 of 100: logps/chosen lies 55 and more under the reference's in 3"):
        look(rewards(-5.5, -20))
    look = watch(max_chosen_fall=80)
    for _ in range(5):
        look(rewards(-7, -20))


def test_rewards_that_do_not_move_end_it_after_half_of_the_steps(watch):
    look = watch(step=40)
    for _ in range(30):
        look(rewards(0.0004, 0.0002, 0.693))
    look = watch(step=60)
    for _ in range(9):
        look(rewards(0.0004, 0.0002, 0.693))
    with pytest.raises(Ended, match=r"no reward has come to 0.001 \(watch.min_reward\) in 10 logged steps"):
        look(rewards(0.0004, 0.0002, 0.693))
    for unmoved, limits in (((0.0, 0.0), {"min_reward": 0}), ((0.01, 0.01), {})):
        look = watch(**limits)
        for _ in range(30):
            look(rewards(*unmoved, 0.693))


def test_sft_and_evaluations_have_no_rewards_to_look_at(watch):
    look = watch()
    for _ in range(30):
        look(line(loss=0.5))
        look(line(eval_loss=0.5, **{"eval_rewards_of_chosen": 0.0}))
    look("rewards/chosen: none, {'a': [1]}\n")
    # Sixty lines without rewards, of which any could have ended the stage.
    with pytest.raises(Ended):
        look(line(loss="nan"))


def test_only_lines_of_figures_are_read():
    assert figures("[INFO] {'loss': '0.5', 'epoch': 0.1} \n") == {"loss": 0.5, "epoch": 0.1}
    for other in ("", "loss 0.5", "{'loss': }", "{'a': {'b': 1}}", "{'name': 'x'}", "{'" + "[" * 5000):
        assert figures(other) == {}
