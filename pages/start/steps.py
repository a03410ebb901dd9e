"""The way out of dead stock in five steps: what each does, and what the data at hand lets it do."""

from components import answers, filter_bar, states, steps

asked = filter_bar.asked()
states.heading(asked, asked.say("steps.title"))
if asked.status["is_empty"]:
    states.empty(asked.say)
else:
    steps.totals(asked, answers.ask_one("mart_totals", asked.filters))
for row in answers.ask("mart_steps", asked.filters, sort=[("step_no", False)]):
    steps.card(asked, row)
