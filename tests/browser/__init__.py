"""What a person sees: real Chromium, driven by Playwright."""
