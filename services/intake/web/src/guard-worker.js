// Solves a challenge beside the page, so that writing is never held up.
import { pbkdf2, solveChallenge } from "altcha/lib";

self.addEventListener("message", async ({ data: challenge }) => {
  const solution = await solveChallenge({ challenge, deriveKey: pbkdf2.deriveKey, timeout: 120_000 });
  self.postMessage(solution && btoa(JSON.stringify({ challenge, solution })));
});
