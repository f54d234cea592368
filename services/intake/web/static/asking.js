// Further questions for the chosen category, and similar reports near the chosen place, while the form is filled in.

export function askFurther(form) {
  const select = form.elements.category;
  const box = form.querySelector("#questions");
  if (!select || !box) return;
  const ask = () => {
    const template = form.querySelector(`template[data-questions="${select.value}"]`);
    box.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
    form.elements.asked.value = select.value;
  };
  select.addEventListener("change", ask);
  ask();
}

export function lookForSimilar(form) {
  const box = form.querySelector("#similar");
  if (!box) return;
  let asked = "";
  let latest = 0;
  const look = async () => {
    const { lat, lon, category } = form.elements;
    const query = new URLSearchParams({ lat: lat.value, lon: lon.value, category: category.value, lang: form.dataset.lang });
    if (String(query) === asked) return;
    asked = String(query);
    query.set("same_as", form.elements.same_as?.value ?? "");
    const turn = ++latest;
    if (!lat.value) {
      box.replaceChildren();
      return;
    }
    try {
      const answer = await fetch(`/similar?${query}`);
      if (!answer.ok || turn !== latest) return;
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn === latest) box.replaceChildren(...drawn.body.childNodes);
    } catch {
      asked = ""; // without a connection nothing is compared; the server asks before it stores, if it must
    }
  };
  form.addEventListener("change", look);
  form.addEventListener("placed", look);
  if (box.childElementCount === 0) look();
}
