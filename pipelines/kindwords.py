"""Which words and marks tell that a page is live, behind a wall, a film, a row of pictures, a recording or a list?

In the languages in which wars are reported. None of them decides alone: `listing`, `media`, `wall` and `liveblog` ask what the page shows.
"""

# ruff: noqa: E501 (a table of phrases in many scripts: a line for each language)

from __future__ import annotations

import re

# -- live

LIVE_PATH = re.compile(
    r"live-?(?:blog|ticker|updates?|text|coverage)|news-?(?:blog|ticker)|/live(?:[/-]|$)|minute-by-minute|(?:en-)?direct(?:/|-|o[/-]|$)|ao-vivo|diretta|online-?trans"
    r"|na-zywo|relacja|canli|onlajn|online-\d|hronika|khronika|minuto-a-minuto",
    re.IGNORECASE,
)
LIVE_TITLE = re.compile(
    r"\blive\b|\blive-?(?:blog|ticker|stream)|news-?(?:blog|ticker)|\bticker\b|as it happened|latest updates|rolling coverage|minute[ -]by[ -]minute|breaking updates"
    r"|\ben direct\b|\bdirect\b|minute par minute|\ben (?:directo|vivo)\b|\bdirecto\b|minuto a minuto|última hora|\bao vivo\b|\bin diretta\b|\bla diretta\b|^diretta|minuto per minuto"
    r"|na żywo|\brelacja\b|na bieżąco|minuta po minucie|\bonline\b|živě|minutu po minutě|uživo|naživo|\bdirekte?\b|liverapport|hetki hetkeltä|suora lähetys|percről percre|élőben|minut cu minut"
    r"|онлайн|трансляци|прям(?:ой|ая) эфир|хроника|наживо|трансляці|прямий ефір|хроніка|на живо|уживо|на живо|λεπτό προς λεπτό|ζωντανά"
    r"|مباشر|لحظة بلحظة|أولا بأول|تغطية مستمرة|زنده|لحظه به لحظه|לייב|בזמן אמת|דיווח שוטף|דיווחים שוטפים|עדכונים שוטפים|מתעדכן|canlı|dakika dakika|anbean|son dakika gelişmeleri"
    r"|ライブ|実況|時々刻々|タイムライン|直播|实时|實時|即時更新|即时更新|滚动|滾動|실시간|라이브|속보|लाइव|trực tiếp|langsung|siaran langsung|live-ticker",
    re.IGNORECASE,
)
LIVE_NAMES = re.compile(
    r"live-?(?:blog|ticker|entry|entries|update|post|item|event|text|feed)|ticker-?(?:entry|item|post)|minute-by-minute", re.IGNORECASE
)

# -- behind a wall

WALL_SAYS = re.compile(
    # to read on, pay or sign in
    r"(?:subscribe|sign ?up|sign in|log ?in|register|become a (?:member|subscriber)|join)(?: now| today)?,? (?:or \w+ )?(?:to|and) (?:continue|keep|read|unlock|access|finish|see)"
    r"|to (?:continue|keep) reading|continue reading (?:this|with|for|your)|to read the (?:full|whole|rest|entire)|unlock (?:this|the|full|unlimited)|read the (?:full|rest of the) (?:story|article) (?:with|by)"
    r"|(?:article|story|content|rest of this \w+) is (?:only |exclusive(?:ly)? |reserved )*(?:available )?(?:for|to) (?:our |paying |registered )*(?:subscribers|members)|(?:subscribers?|members?)[- ]only|exclusive(?:ly)? (?:for|to) (?:\w+ )?(?:subscribers|members)"
    r"|you(?:.ve| have) (?:reached|read|used) (?:your|all|the|\d+) .{0,30}(?:limit|free)|(?:free )?articles? (?:left|remaining)|already (?:a )?(?:subscriber|subscribed|member|have a subscription)\b.{0,30}(?:log|sign) ?in|premium (?:article|content)"
    r"|(?:nur|exklusiv) für (?:\w+[- ])?(?:abonnent|abonnement|mitglieder|plus)|(?:jetzt )?(?:weiterlesen|weiter lesen) (?:mit|im|nach|und)|um (?:weiterzulesen|den ganzen|den vollständigen|diesen artikel)|(?:artikel|inhalt|beitrag) ist (?:nur|exklusiv|abonnent)|mit (?:einem )?abo (?:weiterlesen|lesen)|(?:diesen|den ganzen) artikel (?:weiterlesen|freischalten|lesen mit)|sie haben bereits ein (?:\w+[- ])?(?:abo|konto)"
    r"|réservée?s? (?:aux|à nos) (?:abonné|membres|adhérent)|(?:la suite|l.accès|cet article|ce contenu) (?:de cet article )?est réservé|abonnez-vous pour (?:lire|continuer|accéder|poursuivre)|pour (?:lire la suite|poursuivre (?:la|votre) lecture|continuer (?:à lire|votre lecture))|il vous reste .{0,12}(?:à lire|de cet article)|déjà abonné"
    r"|exclusiv[oa]s? para (?:\w+ )?(?:suscriptor|assinante|socios|abonad|miembros)|(?:solo|sólo) para suscriptores|suscr[ií]be(?:te|base|rse) (?:para|y)|para (?:seguir|continuar) leyendo|hazte (?:socio|suscriptor)|ya (?:eres|soy) (?:suscriptor|socio)|(?:conteúdo|matéria) exclusiv|para continuar (?:lendo|a ler)|assine (?:para|e|já)|já (?:é|sou) assinante"
    r"|riservat[oai] (?:agli|ai) (?:abbonat|iscritt)|(?:abbonati|iscriviti|registrati) (?:per|e) (?:continuare|leggere|prosegui)|per continuare (?:a leggere|la lettura)|contenuto (?:riservato|premium)|sei già abbonato"
    r"|(?:voor|alleen) (?:onze )?(?:abonnees|leden)\b|alleen voor abonnees|(?:word abonnee|neem een abonnement|log in) (?:om|en) .{0,20}(?:lezen|verder)|verder lezen\?|(?:om|wil je) .{0,25}(?:verder|door) ?(?:te )?lezen|al abonnee"
    r"|(?:tylko|dostępn\w+|wyłącznie) (?:\w+ )?dla (?:\w+ )?(?:prenumerator|subskrybent|abonent|zalogowan)|pozostało .{0,12}(?:artykułu|tekstu|treści)|(?:czytaj dalej|dalsza część)[ .,:].{0,30}(?:prenumer|subskryb|dostęp|abon)|(?:wykup|kup) (?:dostęp|prenumerat|subskrypc)|masz już (?:prenumerat|subskrypc|konto)|aby (?:czytać|przeczytać) (?:dalej|cały|całość)"
    r"|(?:только|доступ\w+) (?:\w+ ){0,2}(?:подписчик|по подписке)|оформите подписку|(?:чтобы|что бы) (?:читать|прочитать|дочитать) (?:дальше|полностью|статью|материал)|продолжение (?:доступно|для|только)|уже (?:есть подписка|подписаны)|полн(?:ый|ая) (?:текст|версия) (?:\w+ )?(?:доступ|по подписке)"
    r"|(?:лише|тільки|доступ\w+) (?:\w+ ){0,2}(?:передплатник|за передплатою|підписник)|оформіть (?:передплату|підписку)|щоб (?:читати|прочитати|дочитати) (?:далі|повністю|статтю|матеріал)|вже (?:маєте|є) (?:передплат|підписк)"
    r"|yalnızca (?:abone|üye)|sadece (?:abone|üye)\w*|abonelere özel|devamını (?:okumak|oku) için|(?:okumak|okumaya devam etmek) için (?:abone|üye|giriş)|zaten abone"
    r"|(?:للمشتركين|المشتركين) فقط|حصري للمشتركين|(?:اشترك|سجل)\w* (?:الآن )?(?:ل|كي)\w*(?:متابعة|قراءة|مواصلة|إكمال)|لمتابعة القراءة|لقراءة (?:المقال|بقية)|למנויים בלבד|(?:למנויי|לקוראים רשומים)|כדי (?:להמשיך|לקרוא)|להמשך קריאה|כבר מנוי|(?:ویژه|مخصوص) (?:مشترک|اعضا)|برای (?:ادامه|خواندن) .{0,20}(?:اشتراک|عضو|مشترک|وارد)"
    r"|有料(?:会員)?(?:限定|記事|会員)|会員限定|残り.{0,3}[\d,０-９]+\s?(?:文字|字)|続きを(?:読む|お読み|ご覧)|(?:仅限|限|專屬|专享).{0,4}(?:订阅|訂閱|会员|會員|付费)|(?:订阅|訂閱|登录|登入).{0,6}(?:阅读全文|閱讀全文|继续阅读|繼續閱讀)|(?:유료|구독).{0,6}(?:회원|전용|기사)|계속 읽으"
    r"|(?:för|for) (?:våra |våre |kun )?(?:prenumeranter|abonnenter|abonnentene)|(?:läs vidare|les videre|læs videre)\W{1,3}(?:med|som|for|bli|blive?|ved|genom)|bli (?:prenumerant|abonnent|medlem)\b|köp prenumeration|kjøp abonnement|køb abonnement|fortsätt läsa|(?:kun|endast|bare) for abonnenter|kirjaudu|tilaajille|pouze pro (?:předplatitele|členy)|pro (?:dočtení|pokračování)|předplaťte|csak előfizet|előfizetőknek|doar pentru abona|numai pentru abona|за абонати|за претплатнике|μόνο για συνδρομητές|सब्सक्राइबर|chỉ dành cho|khusus pelanggan",
    re.IGNORECASE,
)
# How much of the text is missing, as some walls tell. First group: per cent of it; second: characters.
WALL_LEFT = re.compile(
    r"(?:il vous reste|il reste|pozostało|(?:noch|weitere)|te queda|ti resta|осталось|залишилось|залишилося|resta|left|remaining)[^\d%]{0,20}(\d{1,2}(?:[.,]\d{1,2})?)\s?%"
    r"|(\d[\d,.]{0,6})\s?(?:文字|字)",
    re.IGNORECASE,
)

# -- films, pictures, sound

VIDEO_PATH = re.compile(r"/(?:videos?|watch|clips?|mediathek|vod|video-\w+|vídeos?|filmy?|wideo|відео|видео)(?:[/.-]|$)", re.IGNORECASE)
GALLERY_PATH = re.compile(
    r"/(?:(?:photo|image|picture|bilder|foto)?-?galler(?:y|ies)|galerien?|galeria|photos?|pictures?|in-pictures|slideshows?|bilder(?:strecken?|serien?|galerien?)?|fotostrecken?|fotos?|fotogaler\w+|foto-galer\w+|diaporamas?|portfolios?|fotogallery|fotoreportage\w*|photostory|zdjecia|galeri|foto-galeri)(?:[/.-]|$)",
    re.IGNORECASE,
)
AUDIO_PATH = re.compile(r"/(?:podcasts?|audio|radio|listen|episodes?|emissions?|sound|podkast\w*|podcast-\w+)(?:[/.-]|$)", re.IGNORECASE)
VIDEO_TITLE = re.compile(
    r"^\W*(?:video|watch|vidéo|vídeo|wideo|film|видео|відео|فيديو|شاهد|ویدئو|ویدیو|וידאו|צפו|動画|视频|視頻|영상)\s?[:|»–—-]|[(\[](?:video|vidéo|vídeo|wideo|видео|відео|فيديو|動画)[)\]]\s*$",
    re.IGNORECASE,
)
GALLERY_TITLE = re.compile(
    r"\bin (?:pictures|photos|images)\b|^\W*(?:photos?|pictures?|gallery|slideshow|photo gallery|bilder|fotostrecke|bildergalerie|fotos|galerie|fotogalería|fotogalerie|en images|diaporama|foto|galeria|zdjęcia|galería|fotogallery|фото|фоторепортаж|фотогалерея|фотоpепортаж|صور|تصاویر|بالصور|תמונות|גלריה|galeri|写真)\s?[:|»–—-]"
    r"|\ben (?:images|imágenes|fotos)\b|\bin bildern\b|\bin beeld\b|\bin foto\b|\bw obiektywie\b|\bna zdjęciach\b|\bв (?:фотографиях|фото)\b|\bу (?:фотографіях|світлинах|фото)\b|фоторепортаж|بالصور|در قاب|בתמונות|fotoğraflarla|em (?:imagens|fotos)|写真(?:集|で見る)|组图|組圖|图集|화보",
    re.IGNORECASE,
)
VIDEO_TYPES = frozenset("videoobject clip tvepisode tvclip movie broadcastevent videogallery".split())
GALLERY_TYPES = frozenset("imagegallery mediagallery photograph".split())
AUDIO_TYPES = frozenset("audioobject podcastepisode radioepisode radioclip podcastseries audiobook musicrecording".split())
VIDEO_PLAYERS = (
    "<video", "<amp-video", "<amp-youtube", "youtube.com/embed", "youtube-nocookie.com/embed", "player.vimeo.com", "dailymotion.com/embed", "geo.dailymotion.com", "video-player", "videoplayer",
    "<brightcove", "players.brightcove", "jwplayer", "rutube.ru/play", "ok.ru/videoembed", "vk.com/video_ext", "video-js", "<embed ", "facebook.com/plugins/video", "/player/embed", "aparat.com/video",
)  # fmt: skip
# Elements that play: the names above stand in scripts of pages without a film, too.
VIDEO_ELEMENT = re.compile(
    r"<(?:video|amp-video|amp-video-iframe|amp-youtube|amp-brightcove|embed)\b|<iframe\b[^<>]{0,600}?(?:youtube|vimeo|dailymotion|rutube|video|/player|aparat)|\bid=[\"']?jwplayer|class=[\"'][^\"'<>]{0,80}(?:jwplayer|video-js|videoplayer|video-player)",
    re.IGNORECASE,
)
AUDIO_ELEMENT = re.compile(
    r"<(?:audio|amp-audio|amp-soundcloud)\b|<iframe\b[^<>]{0,600}?(?:soundcloud|spotify|podcast|simplecast|acast|spreaker|megaphone|omny|audio)",
    re.IGNORECASE,
)
AUDIO_PLAYERS = (
    "<audio", "<amp-audio", "soundcloud.com/player", "open.spotify.com/embed", "embed.podcasts.apple", "megaphone.fm", "simplecast.com", "acast.com", "spreaker.com", "podigee", "anchor.fm", "audioboom.com",
    "omny.fm", "audio-player", "audioplayer", "buzzsprout.com", "transistor.fm", "captivate.fm", "podbean.com", "<amp-soundcloud",
)  # fmt: skip

# -- lists

LISTING_PATH = re.compile(
    r"^/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?$|/(?:tags?|topics?|categor(?:y|ies)|authors?|author|section|search|archives?|page|themen?|thema|rubri(?:k|que|c)\w*|temas?|autor\w*|etiquet\w+|tematy|kategori\w*|taxonomy|keyword|latest|news-?list|all-news)(?:/|$)",
    re.IGNORECASE,
)
LISTING_QUERY = re.compile(r"(?:^|&)(?:q|s|query|search|tag|category|cat|rub|page|paged)=", re.IGNORECASE)

# The address of a story: a date in it, a long number at its end, or the ending of a document.
STORY_PATH = re.compile(
    r"/(?:19|20)\d\d/(?:\d{1,2}|[a-z]{3})/[^/]{6}|/(?:19|20)\d\d/(?:\d{1,2}|[a-z]{3})/\d{1,2}/|\d{5}[^/]{0,40}/?$|\.(?:s?html?|aspx?)$",
    re.IGNORECASE,
)

# -- a failure that comes with status 200: whole titles or headlines

FAILURE_NAMES = re.compile(
    r"(?:error[ :]*)?(?:50[0-4]|52\d)(?:[ :,.!-]*(?:error|(?:internal )?server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out))*|internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out"
    r"|error establishing a database connection|application error.{0,80}|(?:(?:site|website|scheduled|planned|under) )*maintenance(?: mode| work)?|(?:we.(?:re|ll) )?(?:be )?(?:right |currently )?(?:back soon|down for maintenance|undergoing maintenance)|(?:sorry[, ]*)?something (?:went|has gone) wrong|an (?:unexpected |unknown )?error (?:has )?occurred|technical (?:difficulties|problem|error)s?|temporarily unavailable"
    r"|(?:interner )?serverfehler|wartungs(?:arbeiten|modus)|(?:wegen )?wartung|technische (?:störung|probleme)|(?:es ist )?ein fehler (?:ist )?aufgetreten|(?:service|site) (?:temporairement )?indisponible|(?:site )?en maintenance|erreur (?:interne du )?serveur|une erreur (?:est survenue|s.est produite)|(?:sitio |página )?en mantenimiento|error (?:interno )?del servidor|se ha producido un error|em manutenção|erro interno(?: do servidor)?"
    r"|(?:sito )?in manutenzione|errore (?:interno )?del server|si è verificato un errore|onderhoud|er is (?:iets|een fout) .{2,30}|(?:przerwa|prace) (?:techniczn\w+|konserwacyjn\w+)|wystąpił błąd|błąd serwera|(?:технические|профилактические) работы|(?:внутренняя )?ошибка сервера|сайт (?:временно )?недоступен|произошла ошибка|технічні роботи|(?:внутрішня )?помилка сервера|сайт (?:тимчасово )?недоступний|сталася помилка"
    r"|bakım(?: çalışması| modu)?|sunucu hatası|bir hata oluştu|(?:الموقع )?(?:قيد|تحت) الصيانة|خطأ في الخادم|حدث خطأ|(?:سایت )?در (?:دست|حال) (?:تعمیر|به.?روزرسانی)|خطای سرور|(?:האתר )?בתחזוקה|שגיאת שרת|אירעה שגיאה|メンテナンス(?:中|のお知らせ)?|サーバーエラー|(?:网站|系統|系统)?维护中?|服务器错误|점검 ?중",
    re.IGNORECASE,
)
