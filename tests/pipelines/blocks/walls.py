"""Which answers ask for consent or a name, or hide that there is nothing any more?"""

from __future__ import annotations

from tests.pipelines.blocks.build import URL, Row, site, wall

CONSENT, LOGIN, MISSING, HOME = "consent", "login", "soft_404", "redirected_home"
_FORM = "<form method=post><input name=user><input type=password name=word><button>OK</button></form>"
_DOOR = "https://www.courier.example/login?next=%2F2026%2F05%2Fnorthern-bridge"

# language: title, sentence, sentence
_COOKIES = {
    "en": (
        "Before you continue",
        "We and our 214 partners use cookies to store what you read and to show you advertising that fits.",
        "Accept all, or manage options to see who gets your data; you may take back your consent at any time.",
    ),
    "de": (
        "Ihre Privatsphäre",
        "Wir und unsere Partner speichern Cookies auf Ihrem Gerät, um Werbung zu messen und das Angebot zu verbessern.",
        "Mit „Alle akzeptieren“ geben Sie Ihre Einwilligung; Sie können sie in der Datenschutzerklärung widerrufen.",
    ),
    "fr": (
        "Votre vie privée",
        "Nous et nos partenaires déposons des cookies pour mesurer l’audience et vous proposer une publicité personnalisée.",
        "Vous pouvez tout accepter ou continuer sans accepter ; votre consentement peut être retiré à chaque visite.",
    ),
    "es": (
        "Tu privacidad",
        "Nosotros y nuestros socios utilizamos cookies para medir la audiencia y mostrar anuncios según lo que lees.",
        "Puedes aceptar y continuar, o rechazar las cookies y configurar tu consentimiento en otra página.",
    ),
    "it": (
        "La tua privacy",
        "Noi e i nostri partner utilizziamo cookie per misurare le visite e mostrare annunci adatti a chi legge.",
        "Accetta e continua, oppure rifiuta i cookie: il tuo consenso può essere revocato in ogni momento.",
    ),
    "nl": (
        "Jouw privacy",
        "Wij en onze partners plaatsen cookies om het bezoek te meten en advertenties te tonen die bij je passen.",
        "Kies alles accepteren om verder te lezen; je toestemming voor cookies kun je later weer intrekken.",
    ),
    "pl": (
        "Szanujemy Twoją prywatność",
        "My i nasi partnerzy zapisujemy pliki cookies na urządzeniu, aby mierzyć ruch i dobierać reklamy do czytelnika.",
        "Kliknij „Zgadzam się”, aby wyrazić zgodę na pliki cookies, albo przejdź do ustawień zaawansowanych.",
    ),
    "ru": (
        "Мы используем cookies",
        "Мы и наши партнёры сохраняем файлы cookie, чтобы считать посетителей и подбирать рекламу для читателя.",
        "Нажмите «Принять все», если согласны на обработку персональных данных, или настройте файлы cookie сами.",
    ),
    "uk": (
        "Ми використовуємо cookies",
        "Ми та наші партнери зберігаємо файли cookie, щоб рахувати відвідувачів і добирати рекламу для читача.",
        "Натисніть «Прийняти всі», якщо згодні на обробку персональних даних, або налаштуйте файли cookie самі.",
    ),
}

CONSENT_WALLS = (
    *(
        Row(name=f"cookie wall, {language}", html=wall(title, f"<h1>{title}</h1>", *said, "<button>OK</button>"), expected=CONSENT)
        for language, (title, *said) in _COOKIES.items()
    ),
    Row(
        name="at the host of a consent service",
        url="https://consent.courier.example/m?continue=x",
        requested_url=URL,
        html=wall("The Courier", "We value what you read. Cookies help us; choose below which of them we may set on this device."),
        expected=CONSENT,
    ),
    Row(
        name="at an address of a gate",
        url="https://www.courier.example/privacy-gate/?return=x",
        html=wall("The Courier", "Cookies are small files that this newspaper stores in the browser of its readers for many purposes."),
        expected=CONSENT,
    ),
    Row(
        name="one sentence and one button",
        html=wall(
            "Zustimmung",
            "Wir benötigen Ihre Zustimmung, um Cookies zu setzen und personalisierte Werbung anzuzeigen.",
            "<button>Akzeptieren</button><button>Ablehnen</button>",
        ),
        expected=CONSENT,
    ),
    Row(
        name="pay or consent, German",
        html=wall(
            "Weiter mit Werbung oder im Abo",
            "Lesen Sie mit Werbung und Tracking kostenlos weiter: Wir und unsere Partner setzen dafür Cookies ein.",
            "Oder lesen Sie ohne Tracking im Abo; Ihre Einwilligung ist dann nicht nötig, Werbung entfällt ganz.",
            "<button>Zustimmen und weiter</button><button>Abo</button>",
        ),
        expected=CONSENT,
    ),
    Row(
        name="pay or consent, French",
        html=wall(
            "Choisissez",
            "Pour lire gratuitement, il faut accepter les traceurs publicitaires : nous et nos partenaires lisons vos cookies.",
            "<button>Accepter et continuer</button><button>S’abonner pour 2 €</button>",
        ),
        expected=CONSENT,
    ),
    Row(
        name="pay or consent under an article's head",
        html=wall(
            "Northern bridge opens after two years",
            "Subscribe to read without tracking, or let us and our partners set cookies for advertising on this device.",
            "<button>Accept and continue</button>",
            head='<meta property="og:type" content="article">',
        ),
        expected=CONSENT,
    ),
    Row(
        name="pay or consent under an article's head, 402",
        status=402,
        html=wall(
            "Northern bridge opens after two years",
            "Subscribe to read without tracking, or let us and our partners set cookies for advertising on this device.",
            "<button>Accept and continue</button>",
            head='<meta property="og:type" content="article">',
        ),
        expected=CONSENT,
    ),
)

LOGIN_WALLS = (
    Row(name="sent to a form", url=_DOOR, requested_url=URL, html=site("Log in | The Courier", "<h1>Log in</h1>", _FORM), expected=LOGIN),
    Row(
        name="sent to a door without a form",
        url="https://id.courier.example/oauth2/authorize?client=web",
        requested_url=URL,
        html=wall("The Courier", "<div id=root></div>", "Loading your account"),
        expected=LOGIN,
    ),
    Row(name="401 with a challenge", status=401, headers=(("WWW-Authenticate", 'Basic realm="archive"'),), html="401", expected=LOGIN),
    Row(name="403 with a challenge", status=403, headers=(("WWW-Authenticate", "Bearer"),), html="{}", expected=LOGIN),
    Row(name="sign in to continue", html=wall("Sign in to continue", "Readers with an account see this page.", _FORM), expected=LOGIN),
    Row(name="headline asks", html=site("The Courier", "<h1>You must be logged in to view this page</h1>", links=5), expected=LOGIN),
    Row(name="German", html=wall("Anmelden", "Bitte melden Sie sich an, um weiterzulesen.", _FORM), expected=LOGIN),
    Row(name="French", html=wall("Connexion", "Connectez-vous pour lire la suite.", _FORM), expected=LOGIN),
    Row(name="Spanish", html=wall("Iniciar sesión", "Inicia sesión para seguir leyendo.", _FORM), expected=LOGIN),
    Row(name="Russian", html=wall("Вход", "Войдите, чтобы читать дальше.", _FORM), expected=LOGIN),
    Row(name="Ukrainian", html=wall("Увійти", "Увійдіть, щоб читати далі.", _FORM), expected=LOGIN),
    Row(name="Arabic", html=wall("تسجيل الدخول", "هذه الصفحة للمشتركين.", _FORM), expected=LOGIN),
)

# language: title
_NOTHING = {
    "uk": "Сторінку не знайдено",
    "ru": "Страница не найдена",
    "ar": "الصفحة غير موجودة",
    "he": "העמוד לא נמצא",
    "fa": "صفحه مورد نظر یافت نشد",
    "en": "Page not found",
    "de": "Seite nicht gefunden",
    "fr": "Page introuvable",
    "es": "Página no encontrada",
    "tr": "Sayfa bulunamadı",
    "pl": "Nie znaleziono strony",
    "it": "Pagina non trovata",
}

_VARIANTS = (
    "Sorry, we couldn’t find that page",
    "Error 404",
    "404 - Страница не найдена",
    "Die Seite existiert nicht (mehr)",
    "La page que vous cherchez n’existe pas",
    "Lo sentimos, esta página no existe",
    "Üzgünüz, aradığınız sayfa bulunamadı",
    "הדף שחיפשת לא נמצא",
    "Такой страницы нет",
    "Упс! Сторінку не знайдено :(",
    "صفحه‌ای که دنبال آن بودید پیدا نشد",
)

SOFT_404 = (
    *(Row(name=f"headline: {title}", html=site("Courier", f"<h1>{title}</h1>"), expected=MISSING) for title in _VARIANTS),
    *(
        Row(name=f"nothing here, {language}", html=site(f"{title} | Courier", f"<h1>{title}</h1>"), expected=MISSING)
        for language, title in _NOTHING.items()
    ),
    Row(name="only the number", html=wall("404", "<h1>404</h1>"), expected=MISSING),
    Row(name="only the headline says so", html=site("The Courier", "<h1>Oops! That page can’t be found.</h1>"), expected=MISSING),
    Row(name="taken down", html=site("The Courier", "<h1>This article is no longer available</h1>", "Try the search."), expected=MISSING),
    Row(name="a bare line", html=wall("The Courier", "The requested page could not be found."), expected=MISSING),
    Row(
        name="sent to an address of a missing page",
        url="https://www.courier.example/404.html",
        requested_url=URL,
        html=site("The Courier", "Here is what others read today."),
        expected=MISSING,
    ),
)

HOMES = (
    Row(
        name="the front page in place of a story",
        url="https://www.courier.example/",
        requested_url=URL,
        html=site("The Courier", links=30),
        expected=HOME,
    ),
    Row(
        name="the front page of the same site without www",
        url="https://courier.example/",
        requested_url="https://www.courier.example/?p=4711",
        html=site("The Courier", links=30),
        expected=HOME,
    ),
)
