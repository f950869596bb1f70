// The key of a link stands behind the #, which no browser sends: from there it goes into the form,
// out of the address, and on its way, as if somebody had typed it and pressed the button.
function goOn() {
  const key = location.hash.slice(1);
  if (key) {
    history.replaceState(null, "", location.pathname);
    const form = document.querySelector("form");
    form.elements.key.value = key;
    form.submit();
  }
}

// Whoever puts the link into a tab that shows this page already loads nothing anew.
addEventListener("hashchange", goOn);
goOn();
