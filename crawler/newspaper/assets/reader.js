// A bar that shows how far one has read, and a cookie notice that goes away. It adds no words, asks nobody, keeps nothing.
(function () {
  "use strict";
  document.documentElement.dataset.script = "ran";
  document.addEventListener("DOMContentLoaded", function () {
    var bar = document.createElement("div");
    bar.className = "reading-progress";
    document.body.appendChild(bar);
    function show() {
      var whole = document.documentElement.scrollHeight - window.innerHeight;
      bar.style.transform = "scaleX(" + (whole > 0 ? Math.min(1, window.scrollY / whole) : 1) + ")";
    }
    window.addEventListener("scroll", show, { passive: true });
    show();
    var notice = document.querySelector("#cookie-bar");
    if (notice) {
      notice.querySelector("button").addEventListener("click", function () { notice.classList.add("read"); });
    }
  });
})();
