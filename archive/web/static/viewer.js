// Says when the frame has moved on. What a frame says of itself is a claim: it becomes a link that somebody may click, and nothing else.
"use strict";
(() => {
  const frame = document.getElementById("viewer-frame");
  if (!frame) return;
  const origin = new URL(frame.src).origin;
  const moved = document.getElementById("viewer-moved");
  const there = document.getElementById("viewer-there");
  let claim = null; // of the document that is being loaded: each tells at its head, before its load event
  let loads = 0;
  frame.addEventListener("load", () => {
    loads += 1;
    if (loads > 1) {
      moved.hidden = false;
      there.hidden = claim === null;
      if (claim !== null) there.href = claim;
    }
    claim = null;
  });
  window.addEventListener("message", (event) => {
    const told = event.data;
    if (event.source !== frame.contentWindow || event.origin !== origin || !told || told.warchive !== "shown") return;
    if (typeof told.url !== "string" || typeof told.timestamp !== "string" || told.url.length > 8000) return;
    if (!/^\d{14}$/.test(told.timestamp) || !/^https?:\/\/[^\s]+$/.test(told.url)) return;
    claim = "/replay/" + told.timestamp + "/" + told.url.replace(/#/g, "%23");
  });
})();
