// What one writes on the page of a report stays in this tab until it has arrived, also when the connection is gone.

const KEY = "vardkase-words ";

/** `form` has one text area, and a status with the words to say without a connection. */
export function keepWords(form) {
  const area = form.querySelector("textarea");
  const status = form.querySelector("[data-offline]");
  const key = `${KEY}${new URL(form.action).pathname} ${area.id}`;
  if (area.value === "") area.value = sessionStorage.getItem(key) ?? "";
  else sessionStorage.setItem(key, area.value); // written before this was there
  area.addEventListener("input", () => sessionStorage.setItem(key, area.value));
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    status.textContent = status.dataset.offline;
  });
  addEventListener("online", () => {
    status.textContent = "";
  });
}

/** `arrived`: what the page says has arrived. */
export function forgetWords(arrived) {
  const sentTo = { addition: "/add", answer: "/answer" }[arrived];
  if (!sentTo) return;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(KEY) && key.split(" ")[1].endsWith(sentTo)) sessionStorage.removeItem(key);
  }
}
