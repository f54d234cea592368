// The page works without this. With it: what was told has the keyboard, and how many are chosen is said while one chooses.

document.getElementById("told")?.focus();

const bursts = document.getElementById("bursts");
const chosen = document.getElementById("chosen");
if (bursts && chosen) {
  const boxes = [...bursts.querySelectorAll("[type=checkbox]")];
  const whole = boxes.filter((each) => each.name === "burst");
  const membersOf = (burst) => boxes.filter((each) => each.dataset.of === burst.value.split("~")[0]);
  const count = () => {
    let reports = 0;
    for (const each of boxes) {
      if (!each.checked) continue;
      const of = each.dataset.of && whole.find((burst) => burst.value.startsWith(`${each.dataset.of}~`));
      if (!of?.checked) reports += Number(each.dataset.reports ?? 1);
    }
    chosen.textContent = reports ? bursts.dataset.chosen.replace("{count}", reports.toLocaleString(document.documentElement.lang)) : "";
  };
  bursts.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox") return;
    if (target.name === "burst") for (const each of membersOf(target)) each.checked = target.checked;
    // Without one of them it is not the whole burst any more.
    else if (target.dataset.of && !target.checked) {
      const burst = whole.find((each) => each.value.startsWith(`${target.dataset.of}~`));
      if (burst) burst.checked = false;
    }
    count();
  });
  count();
}
