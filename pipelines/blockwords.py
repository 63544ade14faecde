"""By which words and marks is a block known, in the languages that we meet?

Three sorts of pattern. `*_NAMES` must match a whole title or headline, or one of the parts into which a title falls (`Page not found | The
Courier`): `Access denied: how reporters were kept out` is no such part. `*_SAYS` are looked for in what the page shows. `*_MARKS` are looked
for in its source, and are only those that the maker of a wall does not put into good pages as well.
"""

# ruff: noqa: E501 (a table of phrases in many scripts: a line for each language)

from __future__ import annotations

import re

_PARTS = re.compile(r"\s[|–—·•»/-]+\s|\s?\|\s?|\s::\s")
_SIGH = re.compile(
    r"^(?:(?:404|error|oops|sorry|whoops|we.re sorry|leider|désolée?|oups|lo sentimos|ups|ops|siamo spiacenti|üzgünüz|упс|ой|на жаль|извините|вибачте|prosím pozor|ups|omlouváme se|ne pare rău|sajnáljuk|λυπούμαστε|съжаляваме|beklager|tyvärr|valitettavasti|xin lỗi|maaf|क्षमा करें|申し訳(?:ございません|ありません)|很抱歉|抱歉|죄송합니다|عذر[اً]+|متاسفانه|با عرض پوزش|אופס|סליחה)\b[ ,.!:،…-]*){1,3}",
    re.IGNORECASE,
)
_TRIM = " \t.…!¡?¿:;,*\"'“”«»()[]⚠️"


def _names(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"(?:" + "|".join(patterns) + r")", re.IGNORECASE)


def _says(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def parts(name: str) -> list[str]:
    """A title, and the pieces of which sites build it, each also without the sigh before it."""
    name = " ".join(name[:300].split())
    found = [part for piece in (name, *_PARTS.split(name)) if (part := piece.strip(_TRIM))]
    return [*found, *(bare for part in found if (bare := _SIGH.sub("", part).strip(_TRIM)) and bare != part)]


# -- challenges

CHALLENGE_NAMES = _names(
    r"just a moment",
    r"(?:one|un) moment,? (?:please|s'il vous plaît|por favor)",
    r"(?:please )?(?:hold on|stand by)",
    r"attention required",
    r"access to this (?:page|site|website) (?:has been|is|was) (?:denied|blocked)",
    r"(?:please |let.s )?(?:verify|verifying|confirm|prove|make sure|making sure)(?: that)? (?:you.re|you are|it.s) (?:not )?(?:an? )?(?:human|robot|bot|you)",
    r"are you (?:an? )?(?:human|robot|bot)(?: or (?:an? )?(?:human|robot|bot))?",
    r"(?:i.m|i am) not a robot",
    r"pardon (?:our|the) interruption",
    r"please wait(?: (?:a moment|while .{3,60}))?",
    r"(?:\w+ )?security (?:check|checkpoint|verification)",
    r"(?:human|bot|robot|browser|captcha) (?:check|challenge|verification)(?: \w+)?",
    r"(?:client|javascript|js|proof.of.work|browser) challenge",
    r"challenge validation",
    r"re?captcha",
    r"ddos.guard",
    r"ddos protection.{0,30}",
    r"checking (?:your|the) (?:browser|connection).{0,60}",
    r"one more step",
    r"(?:sorry,? )?you (?:have been|are|were) blocked",
    r"(?:you are |you.re )?being redirected",
    r"request (?:blocked|rejected)",
    r"(?:подождите|один момент|минут\w*|одну минуту)(?:,? пожалуйста)?",
    r"проверка (?:браузера|безопасности|соединения)|вы (?:не )?робот|подтвердите,? что вы не робот",
    r"(?:зачекайте|хвилинку|одну хвилину)(?:,? будь ласка)?|перевірка (?:браузера|безпеки)|ви (?:не )?робот",
    r"sicherheits(?:über)?prüfung|einen moment(?: bitte)?|bitte warten",
    r"un (?:instant|momento)|contr[ôo]l[eo] (?:de sécurité|di sicurezza)|vérification de sécurité|verificación de seguridad",
    r"bir (?:dakika|saniye) lütfen|güvenlik (?:kontrolü|doğrulaması)",
    r"chwileczkę|weryfikacja|even geduld",
    r"(?:aguarde|espere)(?: (?:um|un) (?:momento|instante))?|um momento(?:,? por favor)?|verificação de segurança|verifica di sicurezza|controllo in corso|contrôle de (?:votre )?navigateur",
    r"sprawdzanie (?:przeglądarki|zabezpieczeń)|ověř(?:ení|ujeme) .{0,40}|okamžik(?:,? prosím)?|moment,? prosím|un moment,? vă rog|egy pillanat|ένα λεπτό|един момент|тренутак|ett ögonblick|et øjeblik|hetkinen",
    r"请稍候|請稍候|请稍等|安全(?:验证|檢查|检查)|人机验证|正在(?:验证|检查|檢查).{0,20}|しばらくお待ちください|セキュリティ(?:チェック|確認)|お待ちください|잠시만 기다(?:려|리) ?\w*|보안 (?:확인|검사)",
    r"(?:لحظة|انتظر|يرجى الانتظار)(?: (?:من فضلك|واحدة))?|التحقق (?:من )?(?:الأمان|أنك إنسان).{0,20}|جار[يٍ]? التحقق.{0,30}|(?:لطفا )?(?:کمی )?(?:صبر کنید|منتظر بمانید)|بررسی امنیتی|(?:רק )?רגע(?: אחד)?(?: בבקשה)?|בדיקת אבטחה|אנא המתן|कृपया प्रतीक्षा करें|vui lòng (?:chờ|đợi).{0,20}|mohon tunggu",
)
# An ordinary server says these, too: with status 403 they alone prove nothing.
DENIED_NAMES = _names(
    r"(?:error:? ?)?(?:40[36][:. -]*)?access (?:is )?denied|blocked|zugriff verweigert|accès refusé|acceso denegado|accesso negato",
    r"доступ (?:запрещ[её]н|ограничен|заборонено|обмежено)|toegang geweigerd|dostęp zabroniony|odmowa dostępu|erişim engellendi",
    r"הגישה נדחתה|تم رفض الوصول|الوصول مرفوض|دسترسی غیرمجاز",
)
CHALLENGE_SAYS = _says(
    r"enable (?:javascript|js)(?: and|,) (?:cookies|disable)",
    r"checking (?:if the site connection is secure|your browser)",
    r"verif(?:y|ying)(?: that)? you are (?:a |not a )?(?:human|robot|bot)|(?:confirm|prove) (?:that )?you(?:.re| are) (?:a |not a )?(?:human|robot)",
    r"(?:i.m|i am|you.re|you are) not a (?:robot|bot)\b",
    r"press (?:and|&) hold",
    r"(?:unusual|suspicious|automated|malicious) (?:traffic|activity|requests|access|behaviou?r|queries)",
    r"(?:complete|solve) the (?:captcha|security check|challenge|puzzle)",
    r"incapsula incident|incident id[: ]|support id(?: is)?[: ]|\bray id[: ]|reference #\s?\d|request id[: ]\s*[\w-]{12}",
    r"using a security service to protect itself|blocked by our security|security (?:policy|rules?) .{0,30}(?:blocked|denied)",
    r"(?:ddos|bot) protection|web application firewall|automated (?:tools?|scraping)",
    r"не робот|автоматическ\w+ запрос|провер(?:ка|яем) (?:ваш\w* )?браузер|включите javascript",
    r"автоматичн\w+ запит|перевіряємо (?:ваш )?браузер|увімкніть javascript",
    r"ihr(?:en)? browser (?:wird )?(?:überprüf|geprüft)|kein roboter|pas un robot|no (?:eres|es|soy) un robot|non sei un robot|robot olmadığınızı",
    r"verific(?:ar|ando|iamo) (?:se |que |che )?.{0,20}(?:navegador|browser|robô)|não é um robô|nie jest(?:eś|em) robotem|nejste robot|nu ești robot|nem (?:vagy )?robot|ikke (?:er )?en robot|inte (?:är )?en robot",
    r"正在(?:检查|验证|檢查|驗證)|(?:启用|啟用|开启) ?javascript|(?:不是|非)机器人|ロボットではない|ブラウザを(?:確認|チェック)|javascript を有効|로봇이 아닙니다|브라우저를 확인",
    r"(?:لست|أنك لست) (?:روبوت|برنامج)|التحقق من (?:المتصفح|متصفحك)|تفعيل (?:جافا|javascript)|ربات نیستید|مرورگر شما|(?:אינך|לא) רובוט|בודק\w* את הדפדפן",
)
CHALLENGE_MARKS = re.compile(
    r"_cf_chl_opt|cf-chl-|challenge-platform/h/\w/orchestrate|cdn-cgi/styles/cf\.errors|cf-error-details"
    r"|(?:geo|ct)\.captcha-delivery\.com|px-captcha|/captcha/captcha\.js\?a=c|incident_id=\d{6}"
    r"|ips\.js\?KP_UIDz|KPSDK\.configure|window\.gokuProps|AwsWafIntegration\.(?:getToken|forceRefreshToken|saveReferrer)|awsWafCookieDomainList"
    r"|/_sec/cp_challenge|sec-if-cpt-container|[?&]bm-verify=|\.well-known/ddos-guard/(?:js-challenge|check)|/__qrator/"
    r"|sucuri_cloudproxy_js|sucuri website firewall|\.well-known/vercel/security/|anubis_challenge|\.within\.website/x/cmd/anubis"
    r"|bobcmn|slowAES\.decrypt|__js_p_|servicepipe\.\w+/|reference&#32;&#35;",
    re.IGNORECASE,
)
# A form with a captcha stands below good articles, too.
WIDGET_MARKS = re.compile(
    r"hcaptcha\.com/1/api|recaptcha/(?:api|enterprise)|turnstile/v0/api|smartcaptcha|arkoselabs|geetest", re.IGNORECASE
)
REFRESH_MARKS = re.compile(r"captcha|challenge|bm-verify|verify|/sorry/|blocked|antibot|anti-bot|are-you-human", re.IGNORECASE)
CHALLENGE_PATH = re.compile(
    r"/(?:captcha|challenge|showcaptcha|are-?you-?(?:human|a-robot)|antibot|bot-?check|sorry/index)(?:[/.]|$)", re.IGNORECASE
)

# -- limits of rate and place

RATE_NAMES = _names(
    r"(?:error )?(?:\d{3}[:. -]*)?too many requests",
    r"(?:error )?(?:429|1015)|(?:api )?rate limit(?:ed|ing)?(?: (?:exceeded|reached))?|you are being rate limited|request limit (?:exceeded|reached)",
    r"слишком много запросов|(?:забагато|надто багато) запитів|zu viele anfragen|trop de requêtes|demasiadas (?:solicitudes|peticiones)",
    r"troppe richieste|te veel verzoeken|zbyt wiele (?:żądań|zapytań)|çok fazla istek|طلبات كثيرة جد[اً]+",
)
RATE_SAYS = _says(
    r"error(?: code)?:? 1015|you are being rate limited|(?:made|sent|sending|received|receiv\w+) too many requests|too many requests (?:from|in)",
    r"rate limit (?:exceeded|reached)|слишком много запросов|(?:забагато|надто багато) запитів|zu viele anfragen|trop de requêtes|demasiadas solicitudes",
)
GEO_SAYS = _says(
    r"error(?: code)?:? 1009",
    r"(?:un|not )(?:currently )?available (?:in|to|from|for)(?: (?:users|visitors|readers) in)? (?:your (?:country|region|location|area|territory)|(?:most|the) (?:european|eu)\b)",
    r"(?:block|restrict|ban)\w* (?:access )?(?:in|from|to) your (?:country|region|location)",
    r"(?:country|region)(?: or region)? (?:your ip address is in|in which you are located|has been (?:banned|blocked))|has banned the country",
    r"(?:visitors|readers|users|access) (?:from|in|within|outside) (?:of )?(?:the )?(?:eu\b|european (?:union|economic)|eea\b)",
    r"from a country belonging to|access from your (?:country|region|location)",
    r"unavailable (?:for|due to) legal reasons",
    r"in (?:ihrem|deinem) land nicht|in (?:ihrer|deiner) region nicht|nicht (?:in|aus) (?:ihrem land|ihrer region)",
    r"(?:disponible|accessible)s? (?:dans|depuis|en) (?:votre|su|tu) (?:pays|région|país|región|territorio|territoire|zone géographique)",
    r"disponibil[ei] nel (?:tuo|suo) paese|disponível (?:no seu país|na sua região)|beschikbaar in (?:uw|jouw|je) (?:land|regio)",
    r"niedostępn\w+ w (?:twoim|państwa|twojej) \w+|nie jest dostępn\w+ w (?:twoim|państwa|twojej) \w+",
    r"недоступ\w+ (?:в|для) ваш\w+ (?:стран\w+|регион\w*)|недоступ\w+ [ув] ваш\w+ (?:країн\w+|регіон\w*)",
    r"(?:ülkenizde|bölgenizde) (?:kullanılam|erişilem|mevcut değil)\w*|غير متاح\w* في (?:بلدك|منطقتك)",
    r"недоступ\w+ (?:[ув]|для) ваш\w+ (?:країн\w+|регіон\w*)|недоступ\w+ в ваш\w+ стран\w+|недостъп\w+ във вашата|nedostupn\w+ ve vaší zemi|nu este disponibil\w* în (?:țara|regiunea)|nem (?:elérhető|érhető el) az (?:ön|Ön) ország",
    r"(?:ikke|inte|ei) (?:tilgængelig\w*|tilgjengelig\w*|tillgänglig\w*) i (?:dit|ditt) (?:land|område|region)|nicht verfügbar in (?:ihrem|deinem) land|non (?:è )?disponibile nel (?:tuo|suo)|no está disponible en (?:su|tu)",
    r"(?:您|你)(?:所在)?的?(?:国家|國家|地区|地區).{0,10}(?:不可用|无法|無法|不支持)|お住まいの(?:国|地域).{0,12}(?:ご利用|ご覧|アクセス)|(?:국가|지역)에서.{0,10}(?:이용|시청)할 수 없|(?:در|برای) (?:کشور|منطقه) شما .{0,20}(?:نیست|مسدود)|(?:בארצך|במדינתך|באזור שלך)|لا يمكن .{0,20}(?:في|من) (?:بلدك|منطقتك)",
)

# -- walls

LOGIN_NAMES = _names(
    r"(?:please )?(?:log|sign)[ -]?in(?: (?:to|with) .{2,60}| required)?|log ?in or (?:register|subscribe|sign up).{0,40}|(?:subscriber|member|user|account) log[ -]?in",
    r"you (?:must|need to|have to) (?:be logged in|log in|sign in).{0,60}|(?:log|sign) in or create .{2,40}|create (?:a free|an|your) account.{0,40}|authentication required|unauthorized",
    r"anmeld(?:en|ung)|(?:bitte )?(?:anmelden|einloggen)(?:,? um .{2,60})?|connexion|se connecter|connectez-vous.{0,60}|identifi(?:ez-vous|cation)|inici(?:a|e|ar) sesión.{0,60}|accedi(?: .{2,60})?|inloggen.{0,40}",
    r"zaloguj się.{0,60}|logowanie|вход(?: в .{2,40})?|войти|войдите.{0,60}|авторизация|вхід|увійти|увійдіть.{0,60}|авторизація|giriş(?: yap\w*)?|oturum aç\w*",
    r"تسجيل الدخول|כניסה|התחברות|ورود|logg inn|logga in|log ind",
    r"تسجيل الدخول.{0,40}|(?:يجب|يرجى) (?:عليك )?تسجيل الدخول.{0,40}|כניסה(?: (?:למערכת|לחשבון|לאתר|למנויים))?|התחבר(?:ות|ו)?(?: .{2,40})?|ورود(?: به .{2,40}| کاربران?)?|وارد شوید|logg inn.{0,40}|logga in.{0,40}|log ind.{0,40}",
    r"inici[ea]r? sess[ãa]o(?: .{2,60})?|inicie sessão.{0,60}|entrar|faça login.{0,60}|přihl(?:ášení|aste se|ásit se).{0,40}|autentificare|conectează-te.{0,40}|bejelentkezés|jelentkezz be.{0,40}|σύνδεση|συνδεθείτε.{0,40}|prijav(?:a|ite se).{0,40}|пријав\w+|kirjaudu(?: sisään)?.{0,40}",
    r"登录|登錄|登入|会员登录|請登入.{0,20}|请(?:先)?登录.{0,20}|ログイン(?:して.{0,20})?|会員ログイン|로그인(?:이 필요합니다)?|đăng nhập.{0,30}|masuk|लॉग ?इन(?: करें)?",
)
LOGIN_SAYS = _says(
    r"(?:sign|log) in (?:to|and) (?:continue|read|view|access|keep)|(?:must|need to|have to) (?:be (?:logged|signed)|log|sign) in",
    r"melden sie sich (?:bitte )?an|(?:anmelden|einloggen),? um|connectez-vous (?:pour|à)|inici[ae] sesión para|accedi per|log in om|inloggen om",
    r"zaloguj się,? (?:aby|by|żeby)|войдите,? чтобы|авторизуйтесь|увійдіть,? щоб|авторизуйтеся|devam etmek için giriş",
    r"inici[ea] sess[ãa]o para|faça login para|přihlaste se,? (?:abyste|pro)|conectează-te (?:pentru|ca)|jelentkezz(?:en)? be|kirjaudu sisään|logg inn for|logga in för|log ind for|prijavite se (?:da|za)",
    r"(?:سجل|قم بتسجيل) الدخول|تسجيل الدخول (?:للمتابعة|لمتابعة)|برای (?:ادامه|مشاهده|دسترسی) .{0,12}وارد (?:شوید|حساب)|(?:יש|עליך|אנא) להתחבר|התחברו כדי|请登录后|請登入後|登录后(?:查看|继续|可)|ログインして(?:ください|続)|로그인(?:하세요| 후)|đăng nhập để|masuk untuk",
)
LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|anmelden|einloggen|connexion|sso|oauth2?|auth|wp-login\.php|sign_in)(?:[/.]|$)", re.IGNORECASE
)

NOT_FOUND_NAMES = _names(
    r"(?:error|erreur|fehler|errore|ошибка|помилка|hata|خطأ|خطای|שגיאה)?[ :]*(?:404|410)(?:[ :,.!-]*(?:error|erreur|page|not found|oops|gone))*",
    r"(?:404[ :,.!-]*)?(?:(?:oops|sorry|whoops|error)[ ,.!:-]*(?:404[ ,.!:-]*)?)?(?:(?:the|this|that|your) )?(?:requested )?(?:page|article|story|content|url|post|document)(?: (?:you.{1,40}))?"
    r" (?:was |is |has been |could |can )?(?:not |n.t |no longer |can.t |cannot |couldn.t |doesn.t |does not |isn.t )(?:be )?(?:found|available|exists?|here)(?:[ :,.!-]*404)?(?: error)?",
    r"(?:we )?(?:can.t|can not|cannot|couldn.t|could not) find (?:that|the|this) page(?: you.{1,40})?|nothing (?:was )?found(?: here)?|not found|(?:this )?(?:page|article) (?:has been|was) (?:removed|deleted)",
    r"(?:404[ :,.!-]*)?(?:(?:diese|die)(?: angeforderte| gesuchte)? )?(?:seite|artikel) (?:wurde |konnte |ist |existiert )?nicht(?: \(?mehr\)?)?(?: gefunden(?: werden)?| verfügbar| vorhanden)?",
    r"(?:404[ :,.!-]*)?(?:(?:cette|la|oups[ ,!:]* ?(?:cette|la)) )?(?:page|article)(?: demandée| que vous (?:re)?cherchez)? (?:est )?(?:introuvable|non trouvée?|inexistante|n.existe (?:pas|plus)|n.est plus disponible)",
    r"(?:404[ :,.!-]*)?(?:(?:la|esta) )?página(?: solicitada)? (?:no (?:encontrada|existe|disponible|se encuentra)|não encontrada)|no (?:se ha )?encontr\w+ (?:la|esta) página",
    r"(?:404[ :,.!-]*)?(?:la )?pagina (?:non (?:trovata|esiste)|niet gevonden)|sidan (?:kunde inte hittas|hittades inte)|siden (?:blev |ble )?(?:ikke|findes ikke) ?(?:fundet|funnet)?|sivua ei löy\w+",
    r"(?:404[ :,.!-]*)?(?:nie znaleziono strony|(?:podana )?strona (?:nie (?:została znaleziona|istnieje)|nie znaleziona))|stránka nenalezena|страниц[аы] не (?:найдена|существует)|(?:такой|запрашиваемая) страниц[аы] не (?:найдена|существует)",
    r"(?:такой|этой) страницы (?:больше )?(?:нет|не существует)|(?:такої|цієї) сторінки (?:більше )?(?:немає|не існує)",
    r"(?:404[ :,.!-]*)?(?:такої |цієї |цю )?сторінк[аиу] не (?:знайдено|існує)|такої сторінки не існує|(?:aradığınız )?sayfa bulunamadı",
    r"(?:(?:عذر[اً]+|404)[ ،,:!-]*)?(?:هذه )?الصفحة (?:غير موجودة|المطلوبة غير موجودة|التي تبحث عنها غير موجودة)|لم يتم العثور على الصفحة",
    r"(?:404[ :,.!-]*)?(?:متاسفانه )?صفحه.{0,40} (?:یافت|پیدا) نشد|(?:404[ :,.!-]*)?(?:אופס[ ,!]*)?(?:העמוד|הדף)(?: המבוקש| שחיפשת\w*)? (?:לא נמצא|אינו קיים|לא קיים)",
    r"ページが見つかりません(?:でした)?|(?:页面|頁面)(?:不存在|未找到)|페이지를 찾을 수 없습니다|(?:404 )?không tìm thấy trang|trang không tồn tại",
    r"(?:お探し|指定|ご指定|要求|アクセス)?(?:の|された|しようとした)?(?:ページ|記事|コンテンツ)(?:は|が)(?:見つかり|存在し|ござい|あり)ません(?:でした)?|(?:404 )?(?:您|你)?(?:访问|訪問|查找|请求|要)?(?:的|看的|找的)?(?:页面|頁面|网页|網頁|文章)(?:不存在|未找到|找不到|已删除|已被删除|没有找到)(?:了)?|(?:找不到|没有找到|無法找到)(?:该|此|您|這個)?.{0,6}(?:页面|頁面|网页|網頁)|(?:요청하신 )?페이지(?:를|가) (?:찾을 수 없습니다|존재하지 않습니다)",
    r"(?:404[ :,.!-]*)?(?:tato |požadovaná )?strán(?:ka|ku|ky) (?:nebyla |nebyl |nelze |sa |se |neexistuje|nenalezena|nebola )?(?:nalezena|najít|nenašla|nájdená|neexistuje)?|stránk[au] (?:nenalezena|neexistuje|nenájdená)|(?:404[ :,.!-]*)?pagina (?:nu (?:a fost găsită|există|poate fi găsită)|căutată nu .{2,20})|(?:404[ :,.!-]*)?(?:a |az )?(?:keresett )?oldal nem (?:található|létezik)",
    r"(?:404[ :,.!-]*)?η σελίδα (?:δεν (?:βρέθηκε|υπάρχει)|που .{2,30} δεν (?:βρέθηκε|υπάρχει))|(?:404[ :,.!-]*)?страницата не (?:е намерена|съществува|беше намерена)|(?:404[ :,.!-]*)?(?:тражена )?страница није (?:пронађена|нађена)|(?:404[ :,.!-]*)?(?:tražena )?stranica (?:nije (?:pronađena|nađena)|ne postoji)",
    r"(?:404[ :,.!-]*)?(?:ops[ !,.]*)?(?:a )?página (?:não (?:foi )?encontrada|não existe|que .{2,40} não (?:foi encontrada|existe))|conteúdo não encontrado|(?:404[ :,.!-]*)?(?:denne |den )?sid(?:an|en|a) (?:finns|finnes|findes|eksisterer) (?:inte|ikke).{0,20}|(?:vi )?(?:kunde|kunne) (?:inte|ikke) (?:hitta|finne|finde) s(?:idan|iden)|sivua ei (?:löydy|löytynyt|ole olemassa)",
    r"(?:هذه )?(?:الصفحة|المقالة) (?:غير موجودة|لم تعد متاحة|لم يتم العثور عليها)|الصفحة (?:التي طلبتها|المطلوبة) .{0,20}(?:موجودة|متوفرة)|(?:صفحه|مطلب)(?:‌ای)? .{0,30}(?:یافت|پیدا) (?:نشد|نمی‌شود)|(?:این )?صفحه (?:وجود ندارد|موجود نیست)|(?:העמוד|הדף|הכתבה) .{0,20}(?:לא נמצאה?|אינ[וה] קיימ?ת?|הוסרה?)|पृष्ठ नहीं मिला|पेज नहीं मिला|halaman tidak ditemukan|sahifa topilmadi|səhifə tapılmadı|გვერდი ვერ მოიძებნა|էջը չի գտնվել",
)
NOT_FOUND_PATH = re.compile(r"/(?:404|error-?404|not-?found|page-?not-?found)(?:[/.]|$)", re.IGNORECASE)

CONSENT_ABOUT = _says(
    r"\bcookies?\b|\bconsent\b|\bGDPR\b|\bpartners\b|datenschutz|einwilligung|zustimm|privacy|tracking|confidentialité|consentement|traceurs",
    r"privacidad|consentimiento|consenso|rgpd|\bDSGVO\b|samtykke|samtycke|toestemming|zgod[ayęą]\b|ciasteczk|plik\w+ cookie|персональн\w+ дан|обробк\w+ дан"
    r"|файл\w* кук|куки|çerez|publicité personnalisée|werbung|advertis",
    r"souhlas|soukromí|consimțământ|confidențialitate|hozzájárul|adatvéd|süti|συγκατάθεση|απόρρητο|бисквит|согласи|съгласие|kolačić|pristanak|suostumus|eväste|evästei|gizlilik|rıza|ملفات تعريف الارتباط|الخصوصية|موافقت|کوکی|حریم خصوصی|עוגיות|פרטיות|クッキー|同意|隐私|隱私|쿠키|개인정보",
)
CONSENT_ASKS = _says(
    r"before you (?:continue|read|go on)|(?:we|us) and our (?:\d+ )?(?:\w+ )?partners|accept (?:all|and|cookies)|(?:i )?agree (?:and|to all)|reject all|manage (?:options|choices|preferences|cookies)|your (?:privacy|choices|consent)|we (?:value|use cookies)|subscribe .{0,40}without (?:ads|tracking)",
    r"willigen sie|wir benötigen ihre|vi bruker|vi använder|vi bruger",
    r"wir und unsere|alle(?:m|n)? (?:akzeptieren|zustimmen)|(?:akzeptieren|zustimmen|einwilligen) und weiter|mit werbung|ohne (?:werbung|tracking)|ihre (?:einwilligung|privatsphäre|zustimmung)|bevor (?:sie|es) (?:weiter|los)",
    r"nous et nos|(?:tout )?accepter|continuer sans accepter|votre (?:vie privée|consentement)|nous utilisons des cookies|s.abonner pour",
    r"nosotros y nuestros|aceptar (?:y|todas?|todo)|rechazar|su (?:privacidad|consentimiento)|tu privacidad|utilizamos cookies",
    r"noi e i nostri|accett[ao] (?:e|tutt\w)|rifiuta|la tua privacy|utilizziamo (?:i )?cookie|il tuo consenso|continua senza",
    r"wij en onze|(?:alles )?accepteren|akkoord|uw (?:privacy|toestemming)|jouw privacy|wij gebruiken cookies",
    r"my i nasi|(?:zgadzam się|akceptuj\w*|przejdź do serwisu)|twoj[aą] prywatnoś|(?:szanujemy|dbamy o) twoj|używamy plików",
    r"мы и наши|принять (?:все|и)|соглас(?:ен|на|иться)|мы используем|вашей конфиденциальности",
    r"ми та наші|прийняти (?:всі|усі|та|і)|погоджу(?:юсь|юся|ватись)|ми використовуємо|вашу? приватність",
    r"kabul (?:et|ediyorum)|vi og våre|godta alle|vi och våra|godkänn alla|vi og vores|accepter alle|aceitar (?:todos|e)",
    r"biz ve (?:iş )?ortaklarımız|tümünü (?:kabul et|reddet)|çerez(?:ler)?i? (?:ayarlarını|kabul)|gizliliğiniz|nós e (?:os )?nossos|sua privacidade|utilizamos cookies|gerir (?:as )?(?:suas )?(?:opções|preferências)|rejeitar|my a naši|přijmout vše|(?:spravovat|nastavit) (?:souhlas|cookies)|používáme (?:soubory )?cookie|vaše soukromí|noi și partenerii|acceptă (?:toate|tot)|folosim cookie",
    r"mi és (?:a )?partnereink|összes elfogadása|elfogad(?:om|ás)|εμείς και οι συνεργάτες|αποδοχή όλων|ние и (?:нашите )?партньори|приемам|mi i naši partneri|prihvat\w+|hyväksy kaikki|käytämme evästeitä|نحن و?شركا\w+|قبول الكل|نستخدم ملفات|ما و (?:شرکای|همکاران)|می‌پذیرم|پذیرش همه|אנחנו ו(?:ה)?שותפ|(?:אישור|קבל) (?:הכול|הכל)|אנו משתמשים ב(?:עוגיות|קוקי)|同意する|すべて(?:同意|許可|受け入れ)|クッキーを使用|接受(?:全部|所有)|我们(?:和|及)(?:我们的)?合作|모두 동의|쿠키를 사용",
)
# Who asks speaks of himself; who writes of cookies does not.
CONSENT_WE = _says(
    r"\bwe and our|\bus and our|\bwe use\b|wir und unsere|wir verwenden|nous et nos|nous utilisons|nosotros y nuestros|utilizamos|noi e i nostri|utilizziamo",
    r"wij en onze|wij gebruiken|my i nasi|używamy|мы и наши|мы используем|ми та наші|ми використовуємо|vi og våre|vi och våra|vi og vores",
    r"biz ve (?:iş )?ortaklarımız|nós e (?:os )?nossos|my a naši|používáme|noi și partenerii|folosim|mi és (?:a )?partnereink|εμείς και οι|ние и нашите|mi i naši|käytämme|نحن وشركا|نستخدم|ما و شرکای|אנחנו ו|אנו משתמשים|当社|弊社|我们和|우리와",
)
CONSENT_PLACE = re.compile(r"/(?:consent|cookie-?wall|cookie-?consent|cmp|privacy-?gate|gdpr-?consent)(?:/|\.|$)", re.IGNORECASE)
