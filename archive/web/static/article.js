// Fetches the parts of an article's page that may take a moment. Without this, the part is a link to a page of its own.
for (const section of document.querySelectorAll("[data-load]")) {
  const place = section.querySelector("[data-loaded]");
  if (!place) continue;
  section.setAttribute("aria-busy", "true");
  fetch(section.dataset.load, { headers: { Accept: "text/html" } })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
    .then((html) => {
      const part = new DOMParser().parseFromString(html, "text/html");
      place.replaceWith(...part.body.childNodes);
    })
    .catch(() => {}) // the link stays
    .finally(() => section.removeAttribute("aria-busy"));
}
