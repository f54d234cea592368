// A photo made small in the browser, so that it gets through a weak connection, and so that position and times never leave the
// phone. What the browser can't read (HEIC in most) goes as it is; the server draws every photo anew all the same.

const LONGEST_PX = 2048;
const QUALITY = 0.88;
const PAPER = "#fff";

/** A JPEG, or null when this browser can't read it. */
export async function shrunk(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  try {
    const scale = Math.min(1, LONGEST_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const paper = canvas.getContext("2d");
    if (!paper) return null;
    paper.fillStyle = PAPER;
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.imageSmoothingQuality = "high";
    paper.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob && new File([blob], file.name, { type: "image/jpeg" });
  } finally {
    bitmap.close();
  }
}

/** One photo on its way. Resolves with what the form brings, rejects with `{ fault }`, or with `{}` without a connection. */
export function sendAhead(file, onProgress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/photos");
    request.responseType = "json";
    request.timeout = 120_000;
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () => {
      if (request.status === 201) done(request.response.ref);
      else failed({ fault: request.response?.fault ?? (request.status === 413 ? "too_large" : "busy") });
    };
    request.onerror = request.ontimeout = () => failed({});
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.send(file);
  });
}
