// The small work that makes floods dear, done while one writes. Without it a report is taken in all the same.

const LONGEST_WAIT_MS = 6000;
// A solution is made anew in good time before its challenge runs out.
const MARGIN_MS = 60_000;

async function solve() {
  const answer = await fetch("/api/v1/challenge", { cache: "no-store" });
  if (!answer.ok) return null;
  const challenge = await answer.json();
  const worker = new Worker("/static/guard-worker.js", { type: "module" });
  try {
    const solution = await new Promise((done, failed) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = failed;
      worker.postMessage(challenge);
    });
    return solution && { solution, until: challenge.parameters.expiresAt * 1000 - MARGIN_MS };
  } finally {
    worker.terminate();
  }
}

function guard(field) {
  const { form } = field;
  let work = null;
  let isWaitedFor = false;
  let until = 0;
  const begin = () => {
    if (work && (until === 0 || Date.now() < until)) return;
    until = 0;
    work = solve()
      .then((found) => {
        field.value = found?.solution ?? "";
        until = found?.until ?? 0;
      })
      .catch(() => {
        work = null; // without a connection, say: the next touch tries again
      });
  };
  form.addEventListener("focusin", begin);
  form.addEventListener("input", begin);
  if (form.elements.text?.type !== "textarea") begin();
  form.addEventListener("submit", async (event) => {
    if (field.value !== "" || isWaitedFor || !navigator.onLine) return;
    event.preventDefault();
    isWaitedFor = true; // once: the second time it goes as it is
    const said = form.querySelector("[data-sending]");
    said.textContent = said.dataset.sending;
    begin();
    await Promise.race([work, new Promise((done) => setTimeout(done, LONGEST_WAIT_MS))]);
    form.requestSubmit(event.submitter);
  });
}

const field = document.getElementById("altcha");
if (field && globalThis.crypto?.subtle && globalThis.Worker) guard(field);
