// Photos of a form: seen at once, described, removed, sent one by one with their progress. Without this they are an ordinary
// file field, and without a connection they go with the form as that does.

import { forgetPhotos, keepPhotos, keptPhotos } from "./photo-draft.js";
import { sendAhead, shrunk } from "./photo-file.js";

/** `isDraft`: kept in this browser until the form is sent. */
export function choosePhotos(form, { isDraft = false } = {}) {
  const box = form.querySelector("#photos");
  if (box && "DataTransfer" in window) new Photos(form, box, isDraft).begin();
}

export { forgetPhotos };

class Photos {
  constructor(form, box, isDraft) {
    Object.assign(this, { form, box, isDraft });
    this.words = box.dataset;
    this.list = box.querySelector(".photos__list");
    this.input = box.querySelector("input[type=file]");
    this.status = box.querySelector("[role=status]");
    this.onlyPhotos = form.querySelector("[data-sends-photos]");
    this.chosen = [];
    this.isSending = false;
    this.goesWhole = false;
  }

  begin() {
    this.box.classList.add("photos--live");
    this.add = document.createElement("label");
    this.add.className = "button photos__add";
    this.add.htmlFor = this.input.id;
    this.add.textContent = this.words.add;
    this.input.after(this.add);
    for (const item of this.list.children) this.takeOver(item);
    this.input.addEventListener("change", () => this.choose([...this.input.files]));
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.form.addEventListener("reset", () => this.clear());
    this.acceptDropped();
    this.fill();
    if (this.isDraft && !("filled" in this.form.dataset)) this.restore();
  }

  get brought() {
    return this.list.querySelectorAll("[name=photo_ref]").length;
  }

  get room() {
    return Number(this.words.left) - this.brought - this.chosen.length;
  }

  async restore() {
    const kept = await keptPhotos();
    for (const { file, alt } of kept.slice(0, this.room)) this.append(file, alt);
    if (kept.length > 0) this.show(this.words.restored);
  }

  acceptDropped() {
    const over = (isOver) => this.box.classList.toggle("photos--over", isOver);
    const has = (event) => event.dataTransfer?.types.includes("Files");
    this.box.addEventListener("dragover", (event) => {
      if (!has(event)) return;
      event.preventDefault();
      over(true);
    });
    this.box.addEventListener("dragleave", () => over(false));
    this.box.addEventListener("drop", (event) => {
      if (!has(event)) return;
      event.preventDefault();
      over(false);
      this.choose([...event.dataTransfer.files]);
    });
  }

  async choose(files) {
    this.box.querySelector("#photo-error")?.remove();
    this.list.querySelectorAll(".photos__one--refused").forEach((item) => item.remove());
    for (const file of files) {
      if (this.room <= 0) this.refuse(file.name, "too_many");
      else await this.chooseOne(file);
    }
    this.show(this.told());
    this.keep();
  }

  async chooseOne(file) {
    const small = await shrunk(file);
    const taken = small ?? file;
    if (taken.size === 0) this.refuse(file.name, "empty");
    else if (!small && /^(video|audio|text|application)\/|svg|gif/.test(file.type)) this.refuse(file.name, "kind");
    else if (taken.size > Number(this.words.maxBytes)) this.refuse(file.name, "too_large");
    else this.append(taken, "", small !== null);
  }

  append(file, alt, isReadable = true) {
    const photo = { file, item: this.item() };
    photo.item.append(this.picture(photo, isReadable), this.about(photo, alt));
    this.list.append(photo.item);
    this.chosen.push(photo);
    this.fill();
  }

  item() {
    const item = document.createElement("li");
    item.className = "photos__one";
    return item;
  }

  picture(photo, isReadable) {
    const blank = () => {
      const words = document.createElement("span");
      words.className = "photos__blank";
      words.textContent = `${photo.file.name} ${this.words.noPreview}`;
      return words;
    };
    if (!isReadable) return blank();
    const picture = document.createElement("img");
    picture.className = "photos__picture";
    picture.alt = photo.file.name;
    picture.src = URL.createObjectURL(photo.file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
    picture.addEventListener("error", () => picture.replaceWith(blank()), { once: true });
    return picture;
  }

  about(photo, alt) {
    const about = document.createElement("div");
    about.className = "photos__about";
    const label = document.createElement("label");
    label.textContent = this.words.alt;
    photo.alt = document.createElement("input");
    Object.assign(photo.alt, { type: "text", name: "photo_told", maxLength: 300, autocomplete: "off", value: alt });
    photo.alt.id = label.htmlFor = `photo-told-${Math.random().toString(36).slice(2)}`;
    photo.alt.addEventListener("change", () => this.keep());
    photo.progress = document.createElement("progress");
    photo.progress.hidden = true;
    photo.progress.setAttribute("aria-label", photo.file.name);
    about.append(label, photo.alt, photo.progress, this.remover(photo.item, photo.file.name));
    return about;
  }

  remover(item, name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button--quiet";
    button.textContent = this.words.remove;
    button.setAttribute("aria-label", `${this.words.remove}: ${name}`);
    button.addEventListener("click", () => {
      item.remove();
      this.chosen = this.chosen.filter((photo) => photo.item !== item);
      this.fill();
      this.keep();
      this.show(this.words.removed);
      this.input.focus();
    });
    return button;
  }

  /** A photo that the page itself brought, with a box to tick where there is no script. */
  takeOver(item) {
    const name = item.querySelector("img").alt;
    item.querySelector(".photos__drop").replaceWith(this.remover(item, name));
  }

  refuse(name, fault) {
    const item = this.item();
    item.classList.add("photos__one--wrong", "photos__one--refused");
    const words = document.createElement("p");
    words.className = "field__error";
    words.textContent = this.faultOf(name, fault);
    item.append(words);
    this.list.append(item);
  }

  faultOf(name, fault) {
    const words = this.box.getAttribute(`data-fault-${fault.replaceAll("_", "-")}`) ?? "";
    return words.replace("%s", name ? this.words.named.replace("{name}", name) : this.words.unnamed);
  }

  /** The field holds what is chosen, so that the form can be sent as any other, and kept without a connection. */
  fill() {
    const held = new DataTransfer();
    for (const { file } of this.chosen) held.items.add(file);
    this.input.files = held.files;
    this.add.hidden = this.room <= 0;
    if (this.onlyPhotos) this.onlyPhotos.hidden = this.chosen.length === 0;
  }

  told() {
    const count = this.chosen.length + this.brought;
    if (count === 0) return "";
    return (count > 1 ? this.words.chosenMany : this.words.chosen).replace("{count}", count);
  }

  show(words) {
    this.status.textContent = words;
  }

  keep() {
    if (this.isDraft) keepPhotos(this.chosen.map(({ file, alt }) => ({ file, alt: alt.value })));
  }

  clear() {
    this.list.replaceChildren();
    this.chosen = [];
    this.fill();
    this.show("");
    if (this.isDraft) forgetPhotos();
  }

  submit(event) {
    if (this.isSending) event.preventDefault();
    else if (this.chosen.length > 0 && navigator.onLine && !this.goesWhole && !event.defaultPrevented) {
      event.preventDefault();
      this.isSending = true;
      this.send(event.submitter);
    }
  }

  async send(submitter) {
    const isSent = await this.sendEach();
    this.isSending = false;
    if (!isSent) return;
    this.fill();
    this.show(this.words.sent);
    this.form.requestSubmit(submitter);
  }

  /** False when one was refused. What does not get through goes with the form, or waits with it. */
  async sendEach() {
    const count = this.chosen.length;
    for (const [at, photo] of [...this.chosen].entries()) {
      this.show(this.words.sending.replace("{number}", at + 1).replace("{count}", count));
      photo.progress.hidden = false;
      try {
        this.bring(photo, await sendAhead(photo.file, (part) => (photo.progress.value = part)));
      } catch (found) {
        photo.progress.hidden = true;
        if (!found.fault) {
          this.goesWhole = true;
          return true;
        }
        this.tell(photo, found.fault);
        return false;
      }
    }
    return true;
  }

  bring(photo, ref) {
    const brought = document.createElement("input");
    Object.assign(brought, { type: "hidden", name: "photo_ref", value: ref });
    photo.alt.name = "photo_alt";
    photo.item.append(brought);
    photo.progress.hidden = true;
    this.chosen = this.chosen.filter((each) => each !== photo);
  }

  tell(photo, fault) {
    photo.item.classList.add("photos__one--wrong");
    photo.item.querySelector(".field__error")?.remove();
    const words = document.createElement("p");
    words.className = "field__error";
    words.setAttribute("role", "alert");
    words.textContent = this.faultOf(photo.file.name, fault);
    photo.alt.before(words);
    this.show(this.words.notSent);
    photo.item.querySelector("button").focus();
  }
}
