// Where a report has arrived, its draft goes. A script of its own that nothing is waited for, so that nobody has left before:
// a draft that stays would be offered to whoever sits down next.
"use strict";

localStorage.removeItem("vardkase-draft");
indexedDB.deleteDatabase("vardkase-photos");
