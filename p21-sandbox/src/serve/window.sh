# A window by hand: a session, a window that opens, fields that are typed, a save.
URL=__URL__
TOKEN=$(curl -s $URL/api/security/token/v2 -H 'Content-Type: application/json' \
  -d '{"username":"sandbox","password":"sandbox"}' | sed 's/.*"AccessToken":"\([^"]*\)".*/\1/')
call() { curl -s -X $1 $URL/uiserver0/api/ui/interactive/$2 -H "Authorization: Bearer $TOKEN" \
  -H 'Accept: application/json' -H 'Content-Type: application/json' ${3:+-d "$3"}; echo; }
call POST sessions '{"ResponseWindowHandlingEnabled":true,"SessionTimeout":600}'
WINDOW=$(call POST v2/window '{"ServiceName":"SalesPriceBook"}' | sed 's/.*"WindowId":"\([^"]*\)".*/\1/')
field() { call PUT v2/change "{\"WindowId\":\"$WINDOW\",\"List\":[{\"TabName\":\"FORM\",\"DatawindowName\":\"form\",\"FieldName\":\"$1\",\"Value\":\"$2\"}]}"; }
field price_book_id 'BY HAND'
field price_book_description 'Typed with curl'
field row_status_flag Active
call PUT v2/data "\"$WINDOW\""
call DELETE "v2/window?id=$WINDOW"
call DELETE sessions
