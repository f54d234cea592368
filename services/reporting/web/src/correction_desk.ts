// Where corrections leave the page: each is told in one line with the way back, and its answer is asked for at once.

import type { Correction } from "./api.ts";
import { closeToast, toast } from "./toast.ts";
import { changeInWords, sendCorrection, sendUndo, type Change, type ChosenPlace, type Subject } from "./corrections.ts";
import { say } from "./words.ts";

export interface Sent {
  correctionId: string;
  words: string;
}

export interface CorrectionDesk {
  /** Throws when the service says no. */
  send(subject: Subject, change: Change): Promise<Sent>;
  takeBack(correctionId: string): Promise<void>;
  /** Tells of those made here that have been answered. */
  learn(corrections: Correction[]): void;
  /** It was told otherwise that it is answered. */
  forget(correctionId: string): void;
  awaitsAnswer(): boolean;
  /** Null where there is no map. */
  pickPlace(): (() => Promise<ChosenPlace | null>) | null;
}

export function correctionDesk(
  onSent: () => void,
  pickPlace: () => (() => Promise<ChosenPlace | null>) | null,
): CorrectionDesk {
  const awaited = new Map<string, string>(); // correction → what it said
  const undoing = new Set<string>();

  async function send(subject: Subject, change: Change): Promise<Sent> {
    const correctionId = await sendCorrection(subject, change);
    const words = changeInWords(subject, change);
    awaited.set(correctionId, words);
    toast(`${words} ${say("correct.waiting")}`, () => void takeBack(correctionId));
    onSent();
    return { correctionId, words };
  }

  async function takeBack(correctionId: string): Promise<void> {
    closeToast();
    try {
      await sendUndo(correctionId);
      undoing.add(correctionId);
      toast(say("correct.undoing"));
    } catch (error) {
      toast(error instanceof Error ? error.message : say("error.title"));
    }
    onSent();
  }

  function learn(corrections: Correction[]): void {
    for (const { correction_id: id, state } of corrections) {
      const words = awaited.get(id);
      if (state === "undone" && undoing.has(id)) toast(say("correct.undone"));
      else if (state === "applied" && words !== undefined && !undoing.has(id))
        toast(`${words} ${say("review.settled")}`, () => void takeBack(id));
      if (state === "undone" || (state === "applied" && !undoing.has(id))) forget(id);
    }
  }

  function forget(correctionId: string): void {
    awaited.delete(correctionId);
    undoing.delete(correctionId);
  }

  return { send, takeBack, learn, forget, awaitsAnswer: () => awaited.size + undoing.size > 0, pickPlace };
}
